"""The wheel: installed as its users install it, it brings a kernel that starts and can be interrupted."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path
from unittest import mock

from jupyter_client import BlockingKernelClient
from jupyter_client.connect import write_connection_file
from kernel_session import KernelCase
from wheel_install import FreshEnvironment, built

from lesson_runner import jvm_checks, places, wheels


#: What is started here lies in a folder that goes again, so nobody makes a cache for it.
NO_CACHE = {"LLM_THREADS_AOT": ""}


class FilesTest(unittest.TestCase):
    def test_the_wheel_holds_the_kernelspec_its_jars_and_nothing_of_the_engine(self):
        (wheel,) = built().glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            names = archive.namelist()
        kernelspec = "llm_threads_kernel-0.1.0.data/data/share/jupyter/kernels/java/"
        for name in ("kernel.json", "launch.py", "aot.py", "logo-64x64.png", "lib/llm-threads-kernel.jar", "lib/jeromq-0.6.0.jar"):
            self.assertIn(kernelspec + name, names)
        self.assertEqual([], [name for name in names if re.search("torch|djl|native", name)])
        self.assertTrue(any(name.endswith("licenses/LICENSE") for name in names), names)

    def test_both_wheels_have_the_version_of_the_build(self):
        version = re.search("<version>(.*?)<", (places.ROOT / "pom.xml").read_text()).group(1)
        for folder in (places.KERNEL_WHEEL, places.LESSONS_WHEEL):
            self.assertIn(f'\nversion = "{version}"\n', (folder / "pyproject.toml").read_text())
        self.assertIn(f'"llm-threads-kernel=={version}"', (places.LESSONS_WHEEL / "pyproject.toml").read_text())


class EnvironmentCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="llm-threads-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()

    def assert_only(self, kernelspecs, folder):
        self.assertEqual(str(folder), kernelspecs["java"]["resource_dir"])
        self.assertNotIn("llm-threads", kernelspecs)


class InstallTest(EnvironmentCase):
    def test_in_a_virtual_environment(self):
        fresh = FreshEnvironment(self.folder).install()
        self.assert_only(fresh.kernelspecs(), fresh.venv / "share/jupyter/kernels/java")
        console = fresh.run("-m", "jupyter_console", "--kernel", "java", "--simple-prompt", input="6 * 7\nexit\n")
        self.assertIn("42", console.stdout, console.stderr)

    def test_for_one_user(self):
        fresh = FreshEnvironment(self.folder, "--system-site-packages")
        fresh.environment["PYTHONUSERBASE"] = str(self.folder / "user")
        fresh.install("--user")
        self.assert_only(fresh.kernelspecs(), self.folder / "user/share/jupyter/kernels/java")

    def test_from_the_folder_by_jupyter(self):
        fresh = FreshEnvironment(self.folder)
        folder = str(built() / "kernels" / "java")
        installed = fresh.run("-m", "jupyter_client.kernelspecapp", "install", folder, "--sys-prefix")
        self.assertEqual(0, installed.returncode, installed.stderr)
        self.assert_only(fresh.kernelspecs(), fresh.venv / "share/jupyter/kernels/java")


class StartTest(EnvironmentCase):
    def start(self, environment):
        """Starts the kernelspec's folder as VS Code does: `python3` from the PATH, both placeholders, no parent's id."""
        kernelspec = built() / "kernels" / "java"
        connection, _ = write_connection_file(str(self.folder / "kernel-v2-1.json"), ip="127.0.0.1")
        values = {"{resource_dir}": str(kernelspec), "{connection_file}": connection}
        argv = json.loads((kernelspec / "kernel.json").read_text())["argv"]
        for placeholder, value in values.items():
            argv = [argument.replace(placeholder, value) for argument in argv]
        started = subprocess.Popen(argv, stderr=subprocess.PIPE, text=True, env={**os.environ, **NO_CACHE, **environment})
        self.addCleanup(started.stderr.close)
        self.addCleanup(started.wait)
        self.addCleanup(started.kill)
        return started, connection

    def test_as_vs_code_starts_it(self):
        started, connection = self.start({"JAVA_HOME": os.environ["LLM_THREADS_JAVA_HOME"], "LLM_THREADS_HISTORY": ""})
        client = BlockingKernelClient(connection_file=connection)
        client.load_connection_file()
        client.start_channels(hb=False)
        self.addCleanup(client.stop_channels)
        info = client.kernel_info(reply=True, timeout=60)
        self.assertEqual("java", info["content"]["language_info"]["name"])
        reply = client.execute("1 + 1", reply=True, timeout=60)
        self.assertEqual("ok", reply["content"]["status"])
        client.shutdown()
        self.assertEqual(0, started.wait(timeout=60))

    def test_without_a_jdk_it_says_so_and_ends(self):
        (self.folder / "python3").symlink_to(sys.executable)
        nowhere = {"JAVA_HOME": "", "PATH": str(self.folder), "LLM_THREADS_JDK_FOLDERS": str(self.folder)}
        started, _ = self.start(nowhere)
        self.assertEqual(1, started.wait(timeout=60))
        told = started.stderr.read()
        self.assertRegex(told, r"\ALLM Threads needs a JDK 25 and found none: install one, .* try again\.\n\Z")


class SessionTest(KernelCase):
    """The kernel as Jupyter runs it, from the kernelspec's folder."""

    environment = NO_CACHE

    @classmethod
    def setUpClass(cls):
        with mock.patch.dict(os.environ, {"JUPYTER_PATH": str(built())}):
            super().setUpClass()

    def test_it_runs_from_the_jars_of_the_folder_in_the_order_of_their_names(self):
        jars = sorted(map(str, (built() / "kernels" / "java" / "lib").iterdir()))
        self.assertEqual(":".join(jars), self.run_cell('System.getProperty("java.class.path")').result)

    def test_java_has_taken_the_launchers_place(self):
        result = self.run_cell("ProcessHandle.current().pid()").result
        self.assertEqual(str(self.manager.provisioner.process.pid), result)

    def test_an_interrupt_and_a_signal_stop_a_cell(self):
        for interrupt in (self.manager.interrupt_kernel, lambda: self.manager.signal_kernel(signal.SIGINT)):

            def when(message, interrupt=interrupt):
                if message["msg_type"] == "stream":
                    interrupt()

            cell = self.run_cell('System.out.println("running"); while (true) { }', when=when)
            self.assertEqual("Interrupted", cell.error["ename"])


class LessonsSessionTest(KernelCase):
    """The kernel with the shared module, from a kernelspec's folder that has no libraries of PyTorch."""

    kernel_name = "llm-threads"

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="llm-threads-")
        cls.folder = Path(cls.temporary.name) / "kernels" / cls.kernel_name
        wheels.make_kernelspec(cls.folder)
        cls.environment = {**NO_CACHE, "PYTORCH_LIBRARY_PATH": str(jvm_checks.libraries()[0])}
        with mock.patch.dict(os.environ, {"JUPYTER_PATH": cls.temporary.name}):
            super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.temporary.cleanup()

    def test_the_model_answers_with_the_libraries_that_the_environment_names(self):
        self.assertEqual([], list(self.folder.glob("lib/pytorch-native*")))
        code = """import llmthreads.generate.*; import llmthreads.model.EmbeddedModel;
try (var engine = Engine.load(EmbeddedModel.folder())) {
  display(engine.generate("compute: 12+30", Sampling.greedy()).text());
}"""
        self.assertEqual("42", self.run_cell(code).of("display_data")[0]["data"]["text/plain"])


if __name__ == "__main__":
    unittest.main()
