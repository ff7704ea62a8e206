"""Ctrl-C ends a run of lessons in one sentence, and leaves no kernel behind."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import nbformat
from small_checkout import SmallCheckout

from lesson_runner.command_line import READY

TIMEOUT = 60


class InterruptTest(unittest.TestCase):
    def setUp(self):
        checkout = SmallCheckout(self)
        self.results = checkout.root / "results"
        notebook = nbformat.v4.new_notebook()
        notebook.metadata.kernelspec = {"name": "java", "display_name": "Java", "language": "java"}
        code = 'Files.writeString(Path.of("process"), ProcessHandle.current().pid() + "\\n");\nThread.sleep(600_000);'
        notebook.cells = [nbformat.v4.new_code_cell(code)]
        nbformat.write(notebook, checkout.notebooks / "99-long.ipynb")
        lock = tempfile.TemporaryFile()
        self.addCleanup(lock.close)
        ready = {"jdk": "25", "java_home": os.environ["LLM_THREADS_JAVA_HOME"], "lock": lock.fileno()}
        self.runner = subprocess.Popen(
            [sys.executable, str(checkout.notebooks / "run"), "99", "--output", str(self.results)],
            env={**os.environ, READY: json.dumps(ready)},
            pass_fds=[lock.fileno()],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.addCleanup(self.runner.communicate)
        self.addCleanup(self.runner.kill)

    def process_of_the_kernel(self):
        """Its number, once it runs the cell."""
        file = self.results / "99-long" / "process"
        deadline = time.monotonic() + TIMEOUT
        while not (file.exists() and file.read_text().endswith("\n")):
            self.assertLess(time.monotonic(), deadline, "the cell did not start")
            time.sleep(0.05)
        return int(file.read_text())

    def assert_interrupted(self):
        os.killpg(self.runner.pid, signal.SIGINT)
        _, errors = self.runner.communicate(timeout=TIMEOUT)
        self.assertEqual((130, "Interrupted.\n"), (self.runner.returncode, errors))

    def test_an_interrupt_in_a_cell_stops_the_kernel(self):
        process = self.process_of_the_kernel()
        self.assert_interrupted()
        with self.assertRaises(ProcessLookupError):
            os.kill(process, 0)

    def test_an_interrupt_while_the_kernel_starts_is_no_failure(self):
        self.assertIn("starting the kernel", self.runner.stdout.readline())
        time.sleep(0.3)
        self.assert_interrupted()


if __name__ == "__main__":
    unittest.main()
