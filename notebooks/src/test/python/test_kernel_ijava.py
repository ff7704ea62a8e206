"""What notebooks that were written for IJava take for granted."""

import json
import tempfile
import time
from pathlib import Path

from kernel_session import KernelCase


class LoadTest(KernelCase):
    def setUp(self):
        home = tempfile.TemporaryDirectory()
        self.addCleanup(home.cleanup)
        self.folder = Path(home.name)

    def file(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")

    def notebook(self, name, *cells):
        found = [{"cell_type": kind, "metadata": {}, "source": source} for kind, source in cells]
        self.file(name, json.dumps({"cells": found, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}))

    def load(self, name):
        return self.run_cell(f"%load {self.folder}/{name}")

    def test_a_loaded_file_runs_as_if_it_stood_here(self):
        self.file("Twice.java", "int twice(int x) { return 2 * x; }")
        self.assertEqual("ok", self.load("Twice.java").status)
        self.assertEqual("14", self.run_cell("twice(7)").result)

    def test_the_ending_of_a_file_may_be_left_out(self):
        self.file("Thrice.java", "int thrice(int x) { return 3 * x; }")
        self.assertEqual("ok", self.load("Thrice").status)
        self.assertEqual("21", self.run_cell("thrice(7)").result)

    def test_a_file_of_just_that_name_goes_before_one_with_an_ending(self):
        self.file("choice", '"plain"')
        self.file("choice.java", '"with an ending"')
        self.assertEqual("plain", self.load("choice").result)

    def test_a_loaded_notebook_runs_its_code_cells_and_nothing_else(self):
        self.file("Four.java", "int four() { return 4; }")
        self.notebook(
            "all.ipynb",
            ("markdown", "This is *no* Java."),
            ("code", [f"%load {self.folder}/Four\n", "int five = 5;"]),
            ("code", "four() + five"),
        )
        self.assertEqual("9", self.load("all").result)

    def test_an_error_in_a_loaded_notebook_says_where_it_is(self):
        self.notebook("broken.ipynb", ("code", "int before = 1;"), ("code", ["int x = 1;\n", "int y = missing;"]))
        trace = self.load("broken.ipynb").trace
        self.assertIn("file broken.ipynb, code cell 2, line 2", trace)
        self.assertEqual("1", self.run_cell("before").result)

    def test_a_file_that_is_not_there_is_one_sentence(self):
        error = self.load("nowhere").error
        self.assertIn("nowhere', nor one that ends in .jsh, .jshell, .java, .ijava, .ipynb", error["evalue"])

    def test_what_is_no_notebook_is_one_sentence(self):
        for text in ("{", "[]", "{}", '{"cells": [null]}', '{"cells": [{"cell_type": "code"}]}', '{"cells": 1}'):
            self.file("odd.ipynb", text)
            with self.subTest(text):
                self.assertIn("odd.ipynb' is no notebook", self.load("odd.ipynb").error["evalue"])


class SystemTest(KernelCase):
    def test_a_command_of_the_shell_prints_below_the_cell(self):
        cell = self.run_cell("%system echo one && echo two >&2 | cat")
        self.assertEqual(("ok", "one\ntwo\n"), (cell.status, cell.text()))

    def test_a_command_that_reads_finds_no_input(self):
        self.assertEqual("0\n", self.run_cell("%system wc -c | tr -d ' '").text())

    def test_a_command_that_fails_is_one_sentence(self):
        cell = self.run_cell("%system exit 3")
        self.assertEqual("'exit 3' has ended with status 3.", cell.error["evalue"])

    def test_an_interrupt_stops_a_command_and_what_it_has_started(self):
        self.later(1, self.manager.interrupt_kernel)
        cell = self.run_cell("%system sleep 777 & sleep 777; true")
        self.assertEqual("Interrupted", cell.error["ename"])
        code = """ProcessHandle.current().descendants().filter(ProcessHandle::isAlive)
    .filter(each -> each.info().commandLine().orElse("").contains("sleep 777")).count()"""
        deadline = time.monotonic() + 10
        while self.run_cell(code).result != "0":
            self.assertLess(time.monotonic(), deadline, "a process goes on")


class ClassPathTest(KernelCase):
    def test_the_libraries_that_notebooks_take_from_ijava_are_there(self):
        code = "import org.apache.commons.lang3.ArrayUtils;\nArrayUtils.addAll(new int[] {1}, 2, 3)"
        self.assertEqual("[1, 2, 3]", self.run_cell(code).result)

    def test_patterns_and_folders_of_jars_go_onto_the_class_path(self):
        made = """Path dir = Files.createTempDirectory("jars");
for (String name : List.of("a.jar", "b.jar")) {
  try (var jar = new java.util.jar.JarOutputStream(Files.newOutputStream(dir.resolve(name)))) {
    jar.putNextEntry(new java.util.jar.JarEntry(name + ".txt"));
  }
}
Files.writeString(dir.resolve("notes.txt"), "no jar");
dir"""
        folder = self.run_cell(made).result
        self.assertEqual("ok", self.run_cell(f"%classpath {folder}/a*.jar").status)
        self.assertEqual(f"{folder}/a.jar", self.run_cell("%classpath").result)
        self.assertEqual(f"[{folder}/a.jar, {folder}/b.jar]", self.run_cell(f"%jars {folder}").result)
        error = self.run_cell(f"%classpath {folder}/c*.jar").error
        self.assertEqual(f"No file in '{folder}' fits '{folder}/c*.jar'.", error["evalue"])


class RendererTest(KernelCase):
    def test_a_type_is_shown_as_the_notebook_has_registered_it(self):
        self.run_cell("""import io.github.spencerpark.ijava.IJava;
import io.github.spencerpark.jupyter.kernel.display.mime.MIMEType;
interface Shape {}
record Circle(int radius) implements Shape {}
IJava.getKernelInstance().getRenderer()
    .createRegistration(Shape.class)
    .preferring(MIMEType.TEXT_HTML)
    .supporting("application/json")
    .register((shape, ctx) -> {
        ctx.renderIfRequested(MIMEType.TEXT_HTML, () -> "<b>" + shape + "</b>");
        ctx.renderIfRequested(MIMEType.APPLICATION_JSON, type -> Map.of("type", type.toString()));
    });""")
        (shown,) = self.run_cell("new Circle(3)").of("execute_result")
        html, plain = "<b>Circle[radius=3]</b>", "Circle[radius=3]"
        self.assertEqual(
            {"text/html": html, "text/plain": plain, "application/json": {"type": "application/json"}}, shown["data"]
        )
        (shown,) = self.run_cell('display(new Circle(3), "text/html");').of("display_data")
        self.assertEqual({"text/html": html, "text/plain": plain}, shown["data"])

    def test_an_error_in_what_a_notebook_has_registered_leaves_the_plain_text(self):
        self.run_cell("""record Odd(int x) {}
getKernelInstance().getRenderer().createRegistration(Odd.class).register((odd, ctx) -> { int zero = odd.x() / 0; });""")
        cell = self.run_cell("new Odd(1)")
        self.assertEqual("Odd[x=1]", cell.result)
        self.assertIn("/ by zero", cell.text("stderr"))
