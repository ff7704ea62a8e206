"""environment.yml and the lists that pip installs name the same packages; conda and venv are told apart."""

import os
import re
import unittest
from pathlib import Path
from unittest import mock

from small_checkout import SmallCheckout

from lesson_runner import build, places, python_env, setup
from llm_threads_kernel import launch

#: What conda-forge calls by another name than PyPI.
CONDA_NAMES = {"playwright": "playwright-python", "flit_core": "flit-core"}
NOT_PYTHON = {"openjdk", "maven", "python", "fontconfig", "fonts-conda-ecosystem"}


def conda_packages():
    """Name to range of what environment.yml lists."""
    text = (places.ROOT / "environment.yml").read_text(encoding="utf-8")
    lines = text.split("dependencies:")[1].splitlines()
    found = {}
    for line in lines:
        entry = re.fullmatch(r"  - ([a-z0-9_-]+)(\S*)", line)
        if entry:
            found[entry.group(1)] = entry.group(2)
    return found


class ListsTest(unittest.TestCase):
    def test_environment_yml_has_the_structure_that_conda_reads(self):
        lines = (places.ROOT / "environment.yml").read_text(encoding="utf-8").splitlines()
        lines = [line for line in lines if line and not line.startswith("#")]
        self.assertEqual(["name: llm-threads", "channels:", "  - conda-forge", "  - nodefaults", "dependencies:"], lines[:5])
        for line in lines[5:]:
            self.assertRegex(line, r"^  - [a-z0-9_-]+([<>=][<>=0-9.,]*)?$")

    def test_both_lists_name_the_same_packages_in_the_same_ranges(self):
        conda = {name: bounds for name, bounds in conda_packages().items() if name not in NOT_PYTHON}
        pip = {}
        for requirement in python_env.requirements(tests=True):
            name, bounds = re.fullmatch(r"([a-z_]+)(.*)", requirement).groups()
            pip[CONDA_NAMES.get(name, name)] = bounds
        self.assertEqual(pip, conda)

    def test_conda_brings_the_jdk_maven_python_and_a_font(self):
        packages = conda_packages()
        self.assertEqual(NOT_PYTHON, NOT_PYTHON & packages.keys())
        self.assertEqual(f"={launch.WANTED}", packages["openjdk"])

    def test_this_python_holds_what_the_lists_name(self):
        import sys

        self.assertEqual([], python_env.missing(sys.executable, python_env.requirements(tests=True)))

    def test_a_package_that_is_missing_or_too_old_or_too_new_is_noticed(self):
        import sys

        wanted = ["nbclient>=0.1,<1", "no-such-package>=1", "nbconvert>=99", "nbformat<2"]
        self.assertEqual(wanted[1:], python_env.missing(sys.executable, wanted))


class CondaTest(unittest.TestCase):
    def setUp(self):
        self.checkout = SmallCheckout(self, built=True)
        self.prefix = self.checkout.conda()

    def test_an_active_environment_with_all_packages_is_used_instead_of_a_venv(self):
        ended = self.checkout.run("setup", CONDA_PREFIX=str(self.prefix), JAVA_HOME="")
        self.assertEqual((0, ""), (ended.returncode, ended.stderr), ended.stdout)
        self.assertFalse((self.checkout.setup / "venv").exists())
        spec = (self.checkout.setup / "jupyter" / "kernels" / "llm-threads" / "kernel.json").read_text()
        self.assertIn(str(self.prefix / "lib" / "jvm" / "bin" / "java"), spec)

    def test_an_environment_without_the_packages_is_left_alone(self):
        (self.prefix / "bin" / "python").write_text("#!/bin/sh\nexit 1\n")
        env = python_env.PythonEnv(environment={"CONDA_PREFIX": str(self.prefix)})
        self.assertIsNone(env.conda)
        self.assertEqual(python_env.venv_python(), env.python)


class JdkTest(unittest.TestCase):
    def jdk(self, checkout, name, version):
        home = checkout.root / name
        (home / "bin").mkdir(parents=True)
        (home / "bin" / "javac").touch()
        (home / "release").write_text(f'IMPLEMENTOR="x"\nJAVA_VERSION="{version}"\n')
        return home

    def test_java_home_comes_before_conda_and_the_usual_folders(self):
        checkout = SmallCheckout(self)
        first, second = self.jdk(checkout, "own", "25.0.3"), self.jdk(checkout, "conda/lib/jvm", "25.0.2")
        third = self.jdk(checkout, "usual/jdk-25", "25")
        environment = {"PATH": "", "LLM_THREADS_JDK_FOLDERS": str(checkout.root / "usual")}
        self.assertEqual(third, launch.find(environment).home)
        environment["CONDA_PREFIX"] = str(checkout.root / "conda")
        self.assertEqual(second, launch.find(environment).home)
        environment["JAVA_HOME"] = str(first)
        self.assertEqual(first, launch.find(environment).home)

    def test_a_jdk_17_in_java_home_is_passed_over(self):
        checkout = SmallCheckout(self)
        old = self.jdk(checkout, "old", "17.0.15")
        new = self.jdk(checkout, "usual/jdk-25", "25.0.3")
        found = launch.find({"PATH": "", "JAVA_HOME": str(old), "LLM_THREADS_JDK_FOLDERS": str(checkout.root / "usual")})
        self.assertEqual((new, (25, 0, 3)), (found.home, found.version))

    def test_a_newer_jdk_will_do_where_that_is_said_and_there_is_no_25(self):
        checkout = SmallCheckout(self)
        newer = self.jdk(checkout, "usual/jdk-26", "26")
        environment = {"PATH": "", "LLM_THREADS_JDK_FOLDERS": str(checkout.root / "usual")}
        self.assertEqual(newer, launch.find(environment, or_newer=True).home)
        with self.assertRaisesRegex(launch.NoJdk, r"\(found only JDK 26\)"):
            launch.find(environment)
        wanted = self.jdk(checkout, "usual/wanted", "25.0.3")
        self.assertEqual(wanted, launch.find({**environment, "JAVA_HOME": str(newer)}, or_newer=True).home)

    def test_the_jdk_of_this_pythons_conda_environment_is_found_though_nobody_activated_it(self):
        checkout = SmallCheckout(self)
        home = self.jdk(checkout, "conda/lib/jvm", "25.0.2")
        prefix, environment = checkout.root / "conda", {"LLM_THREADS_JDK_FOLDERS": ""}
        self.assertNotIn(home, launch.homes(environment, prefix))
        (prefix / "conda-meta").mkdir()
        self.assertIn(home, launch.homes(environment, prefix))

    def test_versions_before_25_0_3_get_another_collector(self):
        for version, moves in [((25,), True), ((25, 0, 2), True), ((25, 0, 3), False), ((25, 1), False)]:
            self.assertEqual(moves, launch.Jdk(Path("/jdk"), version).moves_pinned_objects, version)


class SecondSetUpTest(unittest.TestCase):
    def test_it_starts_neither_pip_nor_maven(self):
        started = []

        def refuse(command, *_, **__):
            started.append(command)
            raise AssertionError(f"started {command}")

        self.assertEqual([], setup.plan(python_env.PythonEnv(tests=True), not build.up_to_date(), tests=True))
        with mock.patch("subprocess.Popen", refuse), mock.patch("subprocess.run", refuse):
            setup.run(tests=True, environment={**os.environ, "CONDA_PREFIX": ""})
        self.assertEqual([], started)
