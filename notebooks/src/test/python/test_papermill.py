"""papermill knows Java where the kernel's wheel is installed."""

import tempfile
import unittest
from pathlib import Path

import nbformat
from wheel_install import FreshEnvironment

from llm_threads_kernel.literals import NoLiteral
from llm_threads_kernel.papermill import JavaTranslator

CELL = """\
int workers = 2; // threads
double heat = 0.7;
List<Double> heats = List.of(0.5);
String text = "a";
"""
SHOWN = """\
for (Object each : Arrays.asList(workers, heat, heats, text, seed, bad, all, none, nothing, options)) {
  System.out.println(each);
}"""
FILE = """\
seed: 5000000000
bad: .nan
all: [-.inf, .inf]
none: null
nothing: [1, null]
options: {z: 1, a: [true, {b: null}], "\\U0001F600": "\\0"}
"""
PRINTED = """\
4
1.0
[1.0, 2.5]
say "hi" \\ €
5000000000
NaN
[-Infinity, Infinity]
null
[1, null]
{z=1, a=[true, {b=null}], 😀=\0}
"""


def notebook():
    cells = [nbformat.v4.new_code_cell(CELL), nbformat.v4.new_code_cell(SHOWN)]
    cells[0].metadata["tags"] = ["parameters"]
    kernelspec = {"name": "java", "display_name": "Java", "language": "java"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernelspec})


class PapermillTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="llm-threads-")
        cls.folder = Path(cls.temporary.name)
        cls.fresh = FreshEnvironment(cls.folder).install()
        nbformat.write(notebook(), cls.folder / "in.ipynb")
        (cls.folder / "file.yaml").write_text(FILE, encoding="utf-8")

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def test_parameters_of_all_types_reach_the_cells(self):
        given = ["-p", "workers", "4", "-p", "heat", "1", "-y", "heats: [1, 2.5]", "-p", "text", 'say "hi" \\ €']
        ended = self.fresh.run("-m", "papermill", "in.ipynb", "out.ipynb", *given, "-f", "file.yaml")
        self.assertEqual(0, ended.returncode, ended.stderr)
        cells = nbformat.read(self.folder / "out.ipynb", as_version=4).cells
        self.assertEqual(["injected-parameters"], cells[1].metadata["tags"])
        self.assertEqual(PRINTED, "".join(output.text for output in cells[2].outputs))

    def test_help_lists_them_with_types_values_and_comments(self):
        told = self.fresh.run("-m", "papermill", "--help-notebook", "in.ipynb").stdout
        self.assertRegex(told, r"workers: int \(default 2\) +threads\n")
        self.assertIn("heats: List<Double> (default List.of(0.5))\n", told)

    def test_a_value_that_the_declared_type_cannot_hold_ends_it_before_the_notebook_runs(self):
        ended = self.fresh.run("-m", "papermill", "in.ipynb", "none.ipynb", "-p", "workers", "2.5")
        self.assertEqual(1, ended.returncode)
        self.assertRegex(ended.stderr, r"NoLiteral: Parameter workers wants a whole number .*, and '2.5' is none\.\n\Z")
        self.assertFalse((self.folder / "none.ipynb").exists())


class TranslatorTest(unittest.TestCase):
    def test_the_types_of_one_notebook_do_not_reach_the_next(self):
        JavaTranslator.inspect(notebook().cells[0])
        self.assertEqual("// Parameters\ndouble heat = 1.0;\n", JavaTranslator.codify({"heat": 1}))
        self.assertEqual("// Parameters\nint heat = 1;\n", JavaTranslator.codify({"heat": 1}))

    def test_a_parameter_without_a_type_takes_that_of_its_value(self):
        for value, line in [
            (True, "boolean x = true;"),
            (2**31, "long x = 2147483648L;"),
            (2**63, 'BigInteger x = new BigInteger("9223372036854775808");'),
            (float("nan"), "double x = Double.NaN;"),
            (None, "Object x = null;"),
            ([], "List<Object> x = List.of();"),
            ([1, 2**40], "List<Long> x = List.of(1L, 1099511627776L);"),
            ([1, "a"], 'List<Object> x = List.of(1, "a");'),
            ({}, "Map<Object, Object> x = new LinkedHashMap<Object, Object>() {{  }};"),
        ]:
            with self.subTest(line):
                self.assertEqual(f"// Parameters\n{line}\n", JavaTranslator.codify({"x": value}))

    def test_null_is_refused_by_a_primitive_type(self):
        JavaTranslator.inspect(notebook().cells[0])
        with self.assertRaisesRegex(NoLiteral, "Parameter workers is of type int, which has no null"):
            JavaTranslator.codify({"workers": None})


if __name__ == "__main__":
    unittest.main()
