"""The working copy keeps what a reader changed, follows the originals elsewhere, and gives them back."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

from lesson_runner import lab
from lesson_runner.trouble import Trouble


class LabTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.originals = Path(folder.name)
        self.copy = self.originals / "lab"
        for name in ("01-threads", "02-data-parallel"):
            self.original(name).write_text(f"{name} as committed")
        self.fill()

    def original(self, name):
        return self.originals / f"{name}.ipynb"

    def mine(self, name):
        return self.copy / f"{name}.ipynb"

    def fill(self):
        return self.said(lambda: lab.fill(self.originals, self.copy))

    def reset(self, *names):
        return self.said(lambda: lab.reset(list(names), self.originals, self.copy))

    def said(self, action):
        with contextlib.redirect_stdout(io.StringIO()) as output:
            action()
        return output.getvalue()

    def test_the_first_time_copies_every_lesson(self):
        self.assertEqual("01-threads as committed", self.mine("01-threads").read_text())

    def test_a_changed_copy_stays(self):
        self.mine("01-threads").write_text("mine")
        self.fill()
        self.assertEqual("mine", self.mine("01-threads").read_text())

    def test_an_unchanged_copy_follows_its_original(self):
        self.original("01-threads").write_text("newer")
        self.fill()
        self.assertEqual("newer", self.mine("01-threads").read_text())

    def test_a_changed_copy_of_a_newer_original_stays_and_says_so(self):
        self.mine("01-threads").write_text("mine")
        self.original("01-threads").write_text("newer")
        self.assertIn("your changed copy stays", self.fill())
        self.assertEqual("mine", self.mine("01-threads").read_text())

    def test_reset_puts_one_original_back_and_keeps_the_changed_copy_beside_it(self):
        for name in ("01-threads", "02-data-parallel"):
            self.mine(name).write_text("mine")
        self.assertIn("your copy is", self.reset("02"))
        self.assertEqual("mine", self.mine("01-threads").read_text())
        self.assertEqual("02-data-parallel as committed", self.mine("02-data-parallel").read_text())
        kept = list(self.copy.glob("02-data-parallel.mine-*.ipynb"))
        self.assertEqual(["mine"], [path.read_text() for path in kept])

    def test_reset_without_a_name_puts_all_back(self):
        self.mine("01-threads").write_text("mine")
        self.mine("02-data-parallel").unlink()
        self.reset()
        for name in ("01-threads", "02-data-parallel"):
            self.assertEqual(f"{name} as committed", self.mine(name).read_text())

    def test_reset_of_a_lesson_that_is_not_there_is_refused(self):
        with self.assertRaisesRegex(Trouble, "no lesson 07; there are 01-threads, 02-data-parallel"):
            self.reset("07")
