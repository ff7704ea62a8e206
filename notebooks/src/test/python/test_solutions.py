"""Copies for learners hold no solution."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

from notebook_samples import SOLUTION, lesson

from lesson_runner import command_line, lessons, solutions


class SolutionsTest(unittest.TestCase):
    def test_a_solution_is_replaced_by_a_stub_that_throws(self):
        self.assertEqual(
            "int twice(int value) {\n"
            "  // YOUR CODE HERE\n"
            '  throw new UnsupportedOperationException("this exercise is still to be solved");\n'
            "}\ntwice(21)",
            solutions.without(SOLUTION),
        )

    def test_markers_that_do_not_pair_are_refused(self):
        for source in ["// END SOLUTION", "// BEGIN SOLUTION", "// BEGIN SOLUTION\n// BEGIN SOLUTION\n// END SOLUTION"]:
            with self.subTest(source), self.assertRaises(ValueError):
                solutions.without(source)

    def test_the_copy_is_unfolded_without_outputs_and_the_original_is_untouched(self):
        notebook = lesson()
        copy = solutions.learners_copy(notebook)
        cell = copy.cells[-1]
        self.assertNotIn("2 * value", cell.source)
        self.assertEqual((None, []), (cell.execution_count, cell.outputs))
        self.assertNotIn("jupyter", cell.metadata)
        self.assertEqual(lesson().cells[-1].source, notebook.cells[-1].source)
        self.assertEqual(1, len(copy.cells[2].outputs))

    def test_the_command_writes_a_copy_of_every_lesson_without_a_solution(self):
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
            self.assertEqual(0, command_line._exercises(Path(folder)))
            written = {path.name: path.read_text(encoding="utf-8") for path in Path(folder).iterdir()}
            self.assertEqual({path.name for path in lessons.every()}, set(written))
            for name, text in written.items():
                self.assertNotIn("BEGIN SOLUTION", text, name)
