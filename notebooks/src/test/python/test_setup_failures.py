"""Every way in which set-up can fail ends with one sentence that says what to do, status 1 and nothing half-installed."""

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import unittest
from pathlib import Path

from small_checkout import SYSTEM_PATH, SmallCheckout

from lesson_runner import places

MAY_MOUNT = shutil.which("unshare") and not subprocess.call(["unshare", "-m", "true"], stderr=subprocess.DEVNULL)
MAY_CUT_NETWORK = shutil.which("unshare") and not subprocess.call(["unshare", "-n", "true"], stderr=subprocess.DEVNULL)
NO_INDEX = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull}


class SetupFailuresTest(unittest.TestCase):
    def setUp(self):
        self.checkout = SmallCheckout(self)

    def assert_one_sentence(self, ended, *parts):
        self.assertEqual(1, ended.returncode, ended.stdout + ended.stderr)
        lines = ended.stderr.strip().splitlines()
        self.assertEqual(1, len(lines), ended.stderr)
        for part in parts:
            self.assertIn(part, lines[0])
        self.assertTrue(lines[0].endswith("."), lines[0])
        self.assertFalse((self.checkout.setup / "venv").exists(), "a venv was left behind")

    def offer_maven(self):
        self.checkout.offer("mvn", shutil.which("mvn") or "/usr/bin/mvn")

    def test_without_python(self):
        for name in ("python3", "python"):
            (self.checkout.tools / name).unlink(missing_ok=True)
        self.assert_one_sentence(self.checkout.run(), "needs Python 3.9 or newer", "install python3")

    def test_without_jdk(self):
        ended = self.checkout.run(JAVA_HOME="", LLM_THREADS_JDK_FOLDERS=str(self.checkout.tools))
        self.assert_one_sentence(ended, "needs a JDK 25 and found none:", "JAVA_HOME")

    def test_with_another_jdk_only(self):
        jdk = self.checkout.root / "jdk-17"
        (jdk / "bin").mkdir(parents=True)
        (jdk / "bin" / "javac").touch()
        (jdk / "release").write_text('JAVA_VERSION="17.0.15"\n')
        ended = self.checkout.run(JAVA_HOME=str(jdk), LLM_THREADS_JDK_FOLDERS=str(self.checkout.tools))
        self.assert_one_sentence(ended, "(found only JDK 17)")

    def test_without_maven(self):
        self.assert_one_sentence(self.checkout.run(), "mvn is not on the PATH", "install it")

    def test_without_the_venv_module(self):
        self.offer_maven()
        modules = self.checkout.root / "modules"
        modules.mkdir()
        (modules / "venv.py").write_text("raise ImportError('no venv')")
        ended = self.checkout.run("setup", PYTHONPATH=str(modules))
        self.assert_one_sentence(ended, "cannot make a virtual environment", "python3-venv")

    def test_without_network_pip(self):
        self.offer_maven()
        self.assert_one_sentence(self.checkout.run("setup", **NO_INDEX), "Python packages and there is no network")

    @unittest.skipUnless(MAY_CUT_NETWORK, "this user may not cut the network off (unshare -n)")
    def test_with_the_network_cut_off(self):
        self.offer_maven()
        ended = self.checkout.run("setup", before=[shutil.which("unshare"), "-n"], PIP_CONFIG_FILE=os.devnull)
        self.assert_one_sentence(ended, "Python packages and there is no network")

    @unittest.skipUnless(MAY_CUT_NETWORK, "this user may not cut the network off (unshare -n)")
    def test_with_the_network_cut_off_while_maven_has_no_libraries(self):
        self.offer_maven()
        ended = self.checkout.run(
            "setup",
            before=[shutil.which("unshare"), "-n"],
            PATH=self.path(),
            CONDA_PREFIX=str(self.checkout.conda()),
            MAVEN_OPTS=f"-Dmaven.repo.local={self.checkout.root / 'repository'}",
        )
        self.assert_one_sentence(ended, "Java libraries with Maven and there is no network")

    @unittest.skipUnless(sys.platform == "linux", "fontconfig can be emptied on Linux only")
    def test_without_a_font(self):
        self.offer_maven()
        empty = self.checkout.root / "fonts.conf"
        empty.write_text('<?xml version="1.0"?><fontconfig></fontconfig>')
        ended = self.checkout.run("setup", FONTCONFIG_FILE=str(empty), JDK_JAVA_OPTIONS=f"-Duser.home={self.checkout.root}")
        self.assert_one_sentence(ended, "no font", "install fontconfig and a font")

    @unittest.skipUnless(MAY_MOUNT, "this user may not mount a small disk (unshare -m)")
    def test_on_a_full_disk(self):
        self.offer_maven()
        self.checkout.setup.mkdir()
        mount = f'mount -t tmpfs -o size=3m small "{self.checkout.setup}" && exec "$@"'
        ended = self.checkout.run(
            "setup", before=[shutil.which("unshare"), "-m", shutil.which("sh"), "-c", mount, "sh"], PATH=self.path()
        )
        self.assert_one_sentence(ended, "has ", "MB left and set-up needs", "free some space")

    @unittest.skipUnless(MAY_MOUNT, "this user may not mount a small disk (unshare -m)")
    def test_on_a_disk_that_fills_up_meanwhile(self):
        self.offer_maven()
        self.checkout.setup.mkdir()
        setup = self.checkout.notebooks / "lesson_runner" / "setup.py"
        setup.write_text(setup.read_text().replace("PACKAGES = (50, 250)", "PACKAGES = (0, 1)"))
        mount = f'mount -t tmpfs -o size=6m small "{self.checkout.setup}" && exec "$@"'
        ended = self.checkout.run(
            "setup", before=[shutil.which("unshare"), "-m", shutil.which("sh"), "-c", mount, "sh"], PATH=self.path()
        )
        self.assert_one_sentence(ended, "is full: free")

    def path(self):
        return f"{self.checkout.tools}:{SYSTEM_PATH}"

    def test_a_second_run_at_the_same_time_and_after_the_first_was_killed(self):
        hold = textwrap.dedent(
            f"""
            import sys, time
            sys.path.insert(0, {str(self.checkout.notebooks)!r})
            from lesson_runner.lock import Lock
            with Lock():
                print("held", flush=True)
                sys.stdin.read()
            """
        )
        holder = subprocess.Popen(
            [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        try:
            self.assertEqual("held\n", holder.stdout.readline())
            ended = self.checkout.run()
            self.assert_one_sentence(ended, f"Another run (process {holder.pid}) is at work", "run this again")
        finally:
            holder.send_signal(signal.SIGKILL)
            holder.wait()
            holder.stdin.close()
            holder.stdout.close()
        self.assert_one_sentence(self.checkout.run(), "mvn is not on the PATH")

    def test_a_lesson_that_is_not_there(self):
        self.assert_one_sentence(self.checkout.run("77"), "There is no lesson 77; there are 00-start-here")

    def test_a_parameter_without_a_value(self):
        self.assert_one_sentence(self.checkout.run("00", "-p", "workers"), "-p wants name=value", "-p workers=4")


class HelpTest(unittest.TestCase):
    def test_help_names_every_command_and_needs_no_set_up(self):
        checkout = SmallCheckout(self)
        ended = checkout.run("--help")
        self.assertEqual(0, ended.returncode, ended.stderr)
        commands = ("lab", "exercises", "check", "test", "wheel", "setup")
        for word in ("02", "-p workers=4", "--fast", "--write", "--reset", *commands):
            self.assertIn(word, ended.stdout)
        self.assertFalse(checkout.setup.exists())


class ScriptTest(unittest.TestCase):
    def test_the_command_can_be_executed(self):
        self.assertTrue(os.access(places.NOTEBOOKS / "run", os.X_OK))

    def test_set_up_needs_only_the_standard_library(self):
        ended = subprocess.run(
            [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(places.NOTEBOOKS)!r})\n"
             "from lesson_runner import command_line, setup"],
            capture_output=True, text=True,
        )  # fmt: skip
        self.assertEqual("", ended.stderr)
        self.assertTrue(Path(places.NOTEBOOKS / "lesson_runner" / "setup.py").exists())
