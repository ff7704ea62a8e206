"""The environment variables that IJava's users know."""

import os
import tempfile
import unittest
from pathlib import Path

from kernel_session import KernelCase


class EnvironmentTest(KernelCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        script = Path(cls.folder.name, "first.jshell")
        script.write_text("int fromFile = 40;\n%who\n", encoding="utf-8")
        cls.environment = {
            "IJAVA_CLASSPATH": os.pathsep.join([cls.folder.name, "/no/such.jar"]),
            "IJAVA_COMPILER_OPTS": "-parameters  -Xlint:none",
            "IJAVA_STARTUP_SCRIPTS_PATH": str(script),
            "IJAVA_STARTUP_SCRIPT": "int fromVariable = fromFile + 2;",
            "IJAVA_TIMEOUT": "1500",
        }
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.folder.cleanup()

    def test_1_what_fails_at_the_start_is_told_in_the_first_cell_and_the_rest_goes_on(self):
        cell = self.run_cell("fromVariable")
        self.assertEqual("42", cell.result)
        self.assertIn("At the start, the class path element '/no/such.jar' failed", cell.text("stderr"))

    def test_the_class_path_has_what_the_variable_names(self):
        self.assertEqual(os.path.realpath(self.folder.name), os.path.realpath(self.run_cell("%classpath").result))

    def test_the_compiler_has_its_options(self):
        code = "class Named { void go(int speed) {} }\nNamed.class.getDeclaredMethods()[0].getParameters()[0].getName()"
        self.assertEqual("speed", self.run_cell(code).result)

    def test_a_cell_ends_at_its_limit_and_the_session_goes_on(self):
        cell = self.run_cell("while (true) {}")
        self.assertEqual("The cell ran longer than the 1,500 ms that IJAVA_TIMEOUT allows.", cell.error["evalue"])
        self.assertEqual("2", self.run_cell("Thread.sleep(1000); 1 + 1").result)
        self.assertEqual("3", self.run_cell("Thread.sleep(1000); 1 + 2").result)


if __name__ == "__main__":
    unittest.main()
