"""How a kernel's JVM is started: with the ahead-of-time cache that fits, which is made anew when something changes."""

import os
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

from kernel_session import KernelCase

from lesson_runner import places
from llm_threads_kernel import aot

#: In the place of a JVM: notes how it was called, and makes the cache where it is asked for one, or fails.
PROGRAM = """#!/bin/sh
echo "$*" >> "$0.calls"
case "$*" in *NoSuchClass*) echo "no such class" >&2; exit 1;; esac
for each in "$@"; do
  case "$each" in -XX:AOTCacheOutput=*) sleep 0.5; echo made > "${each#*=}";; esac
done
"""


def wait_for(condition):
    deadline = time.monotonic() + 300
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("no cache was made")
        time.sleep(0.1)


class CacheTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name).resolve()
        self.java = self.file("jdk/bin/java", PROGRAM)
        self.java.chmod(0o755)
        self.release, _ = self.file("jdk/release", "25.0.3"), self.file("jdk/lib/modules", "modules")
        self.jar, self.library = self.file("kernel.jar", "first"), self.file("library.jar", "library")
        self.caches = self.root / "caches"
        variables = {aot.VARIABLE: str(self.caches), **{name: "" for name in aot.OPTION_VARIABLES}}
        patch = mock.patch.dict(os.environ, variables)
        patch.start()
        self.addCleanup(patch.stop)

    def file(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def command(self, *options, main="kernel.Main"):
        class_path = os.pathsep.join([str(self.jar), str(self.library)])
        return [str(self.java), *options, "-cp", class_path, main]

    def calls(self):
        return Path(f"{self.java}.calls").read_text().splitlines()

    def start(self, *arguments):
        return subprocess.run([sys.executable, "-I", "-S", str(places.AOT), *arguments], capture_output=True, text=True)

    def found(self):
        return sorted(path.name for path in self.caches.iterdir())

    def test_it_is_the_same_while_nothing_changes(self):
        self.assertEqual(aot.Cache(self.command()).file, aot.Cache(self.command()).file)

    def test_it_is_another_one_when_a_jar_the_jdk_or_an_option_changes(self):
        files = [aot.Cache(self.command()).file]
        for path, text in ((self.jar, "other"), (self.release, "25.0.4"), (self.library, "longer than before")):
            path.write_text(text)
            files.append(aot.Cache(self.command()).file)
        os.utime(self.jar, ns=(1, 1))
        files += [aot.Cache(self.command()).file, aot.Cache(self.command("-Xmx1g")).file]
        with mock.patch.dict(os.environ, JAVA_TOOL_OPTIONS="-Xint"):
            files.append(aot.Cache(self.command()).file)
        self.assertEqual(len(files), len(set(files)))

    def test_there_is_none_with_a_folder_of_classes_a_missing_jar_an_agent_or_by_wish(self):
        self.assertIsNotNone(aot.Cache(self.command()).file)
        self.assertIsNone(aot.Cache(self.command("-agentlib:jdwp=server=y")).file)
        with mock.patch.dict(os.environ, {aot.VARIABLE: ""}):
            self.assertIsNone(aot.Cache(self.command()).file)
        self.library.unlink()
        self.assertIsNone(aot.Cache(self.command()).file)
        self.library.mkdir()
        self.assertIsNone(aot.Cache(self.command()).file)

    def test_a_start_names_it_only_where_it_is_there(self):
        cache = aot.Cache(self.command("-Da=b"))
        cache.train()
        other = aot.Cache(self.command("-Da=b", main="kernel.Other"))
        for command in (cache.command, other.command):
            self.start(*command, "connection.json")
        wait_for(other.exists)
        rest = f"-Da=b -cp {self.jar}{os.pathsep}{self.library}"
        self.assertEqual(f"-XX:AOTCache={cache.file} {rest} kernel.Main connection.json", self.calls()[1])
        self.assertIn(f"{rest} kernel.Other connection.json", self.calls())

    def test_what_was_made_for_older_jars_goes_and_what_others_use_stays(self):
        aot.Cache(self.command()).train()
        aot.Cache(self.command("-Xmx1g")).train()
        other = aot.Cache(self.command("-Xmx1g")).file
        unused = self.caches / "unused-since.aot"
        unused.touch()
        os.utime(unused, (1, 1))
        with mock.patch.dict(os.environ, JDK_JAVA_OPTIONS="-Xint"):
            aot.Cache(self.command()).train()
            third = aot.Cache(self.command()).file
        self.jar.write_text("second")
        aot.Cache(self.command()).train()
        kept = [aot.Cache(self.command()).file, other, third]
        self.assertEqual(sorted(map(os.path.basename, kept)), self.found())

    def test_two_at_once_make_it_once(self):
        command = [sys.executable, "-I", "-S", str(places.AOT), "--train", *self.command()]
        for run in [subprocess.Popen(command) for _ in range(3)]:
            self.assertEqual(0, run.wait(timeout=60))
        self.assertEqual(1, len(self.calls()))
        self.assertTrue(aot.Cache(self.command()).exists())

    def test_what_fails_says_why_and_is_not_tried_at_every_start(self):
        cache = aot.Cache([*self.command("-DNoSuchClass")])
        cache.train()
        cache.train()
        self.assertEqual((1, False), (len(self.calls()), cache.exists()))
        self.assertIn("no such class", Path(cache.log).read_text())
        os.utime(cache.unfinished, (1, 1))
        cache.train()
        self.assertEqual(2, len(self.calls()))

    def test_a_java_that_is_gone_is_one_sentence(self):
        self.java.unlink()
        with mock.patch.dict(os.environ, {aot.VARIABLE: ""}):
            ended = self.start(*self.command(), "connection.json")
        self.assertEqual(1, ended.returncode)
        self.assertIn("The kernel cannot start: ", ended.stderr)
        self.assertEqual(1, len(ended.stderr.splitlines()))


class StartTest(KernelCase):
    """The installed kernelspec, with no cache at first."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.environment = {aot.VARIABLE: cls.folder.name}
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.folder.cleanup()

    def test_the_first_start_goes_without_a_cache_and_the_next_one_takes_what_was_made_meanwhile(self):
        options = "java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments().toString()"
        self.assertNotIn("AOTCache", self.run_cell(options).result)
        wait_for(lambda: [path.suffix for path in Path(self.folder.name).iterdir()] == [".aot"])
        self.manager.restart_kernel()
        self.client.wait_for_ready(timeout=60)
        self.assertIn("-XX:AOTCache=", self.run_cell(options).result)
        # The JVM says so where it could map the cache.
        self.assertIn("sharing", self.run_cell('System.getProperty("java.vm.info")').result)


if __name__ == "__main__":
    unittest.main()
