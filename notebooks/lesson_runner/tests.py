"""Runs the Python tests and reports them in plain lines."""

import os
import sys
import time
import unittest

from . import places


class Lines(unittest.TestResult):
    """One line a test."""

    def startTest(self, test):
        super().startTest(test)
        self.began = time.monotonic()

    def _say(self, test, what):
        print(f"  {what}: {test.id()} ({time.monotonic() - self.began:.1f} s)", flush=True)

    def addSuccess(self, test):
        super().addSuccess(test)
        self._say(test, "passed")

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self._say(test, "FAILED")

    def addError(self, test, error):
        super().addError(test, error)
        self._say(test, "FAILED")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._say(test, f"skipped, {reason}")


def run(patterns):
    """Runs the tests whose name holds one of the patterns, all for none; returns whether they passed."""
    # The cells of tests are nobody's history.
    os.environ["LLM_THREADS_HISTORY"] = ""
    sys.path.insert(0, str(places.TESTS))
    sys.path.insert(0, str(places.NOTEBOOKS))
    loader = unittest.TestLoader()
    if patterns:
        loader.testNamePatterns = [f"*{pattern}*" for pattern in patterns]
    suite = loader.discover(str(places.TESTS), top_level_dir=str(places.TESTS))
    result = Lines()
    print("Python tests:", flush=True)
    result.startTestRun()
    suite.run(result)
    result.stopTestRun()
    failures = result.failures + result.errors
    for test, trace in failures:
        print(f"\nFAILED {test.id()}\n{trace}", flush=True)
    passed = result.testsRun - len(failures) - len(result.skipped)
    print(f"\n{passed} passed, {len(failures)} failed, {len(result.skipped)} skipped", flush=True)
    if result.testsRun == 0:
        print("No test was found.")
    return not failures and result.testsRun > 0
