"""The gate rejects lessons that did not run, and committed lessons that are not as they must be."""

import unittest

import nbformat
from notebook_samples import lesson

from lesson_runner import gate, lessons


def cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


class GateTest(unittest.TestCase):
    def assert_rejected(self, notebook, sentence, check=gate.check_run):
        self.assertTrue(
            any(sentence in wrong for wrong in check(notebook)),
            f"no sentence with {sentence!r} in {check(notebook)}",
        )

    def test_a_lesson_that_ran_passes(self):
        self.assertEqual([], gate.check_committed(lesson()))

    def test_a_cell_that_did_not_run_is_rejected(self):
        notebook = lesson()
        cells(notebook)[1].execution_count = None
        self.assert_rejected(notebook, "cell 3 did not run")

    def test_a_cell_without_timing_is_rejected(self):
        notebook = lesson()
        del cells(notebook)[1].metadata["execution"]
        self.assert_rejected(notebook, "cell 3 has no timing")

    def test_a_cell_that_ended_in_an_error_is_rejected(self):
        notebook = lesson()
        cells(notebook)[1].outputs = [
            nbformat.v4.new_output("error", ename="ArithmeticException", evalue="/ by zero", traceback=[])
        ]
        self.assert_rejected(notebook, "cell 3 ended in ArithmeticException: / by zero")

    def test_a_lesson_that_took_no_time_is_rejected(self):
        notebook = lesson()
        for cell in cells(notebook):
            cell.metadata.execution["shell.execute_reply"] = cell.metadata.execution["iopub.execute_input"]
        self.assert_rejected(notebook, "took 0.000 s in all")

    def test_a_lesson_without_code_is_rejected(self):
        notebook = lesson()
        notebook.cells = notebook.cells[:1]
        self.assert_rejected(notebook, "has no code cell")

    def test_cells_run_out_of_order_are_rejected(self):
        notebook = lesson()
        cells(notebook)[0].execution_count, cells(notebook)[1].execution_count = 2, 1
        self.assert_rejected(notebook, "in the order [2, 1, 3]", gate.check_committed)

    def test_a_lesson_changed_after_it_ran_is_rejected(self):
        notebook = lesson()
        cells(notebook)[1].source += " // changed"
        self.assert_rejected(notebook, "changed after they ran", gate.check_committed)

    def test_a_lesson_that_lost_a_figure_is_rejected(self):
        notebook = lesson()
        count = len(gate.figures(notebook))
        self.assertEqual([], gate.check_run(notebook, count))
        self.assert_rejected(notebook, f"it shows {count} figures, {count + 1} before", lambda n: gate.check_run(n, count + 1))

    def test_a_figure_without_png_is_rejected(self):
        notebook = lesson()
        del cells(notebook)[1].outputs[0]["data"]["image/png"]
        self.assert_rejected(notebook, "figure 1 has no image/png", gate.check_committed)

    def test_a_lesson_without_parameters_is_rejected(self):
        notebook = lesson()
        cells(notebook)[0].metadata.tags = []
        self.assert_rejected(notebook, "not tagged parameters", gate.check_committed)

    def test_a_fast_setting_that_names_no_parameter_is_rejected(self):
        notebook = lesson()
        notebook.metadata.llm_threads.fast = {"wrokers": 1}
        self.assert_rejected(notebook, "names wrokers", gate.check_committed)

    def test_a_solution_that_is_not_folded_is_rejected(self):
        notebook = lesson()
        cells(notebook)[2].metadata.jupyter = {}
        self.assert_rejected(notebook, "shows its solution", gate.check_committed)

    def test_a_solution_without_its_end_is_rejected(self):
        notebook = lesson()
        cells(notebook)[2].source = cells(notebook)[2].source.replace("END SOLUTION", "end")
        self.assert_rejected(notebook, "BEGIN SOLUTION without END SOLUTION", gate.check_committed)

    def test_exercises_without_a_solution_are_rejected(self):
        notebook = lesson()
        notebook.cells.pop()
        self.assert_rejected(notebook, "announces exercises", gate.check_committed)


class CommittedLessonsTest(unittest.TestCase):
    def test_every_committed_lesson_is_in_order(self):
        for path in lessons.every():
            with self.subTest(path.stem):
                self.assertEqual([], gate.check_committed(lessons.read(path)))


if __name__ == "__main__":
    unittest.main()
