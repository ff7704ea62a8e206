"""The wheel: installed as its users install it, it brings a kernel that starts and can be interrupted."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
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


def await_listener(port):
    """Waits until somebody listens on a port, and leaves without a word."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError(f"nobody listens on port {port}")


def await_start(cell, client):
    """Waits until the kernel has begun with a cell."""
    told = {}
    while told.get("msg_type") != "execute_input" or told["parent_header"]["msg_id"] != cell["header"]["msg_id"]:
        told = client.get_iopub_msg(timeout=60)


class FilesTest(unittest.TestCase):
    def test_the_wheel_holds_the_kernelspec_its_jars_and_nothing_of_the_engine(self):
        (wheel,) = built().glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            names = archive.namelist()
        kernelspec = "llm_threads_kernel-0.1.0.data/data/share/jupyter/kernels/java/"
        for name in ("kernel.json", "launch.py", "aot.py", "logo-64x64.png", "lib/llm-threads-kernel.jar", "lib/kernel/jeromq-0.6.0.jar"):
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
        connection, _ = write_connection_file(str(self.folder / f"kernel-v3{'0' * 40}.json"), ip="127.0.0.1")
        values = {"{resource_dir}": str(kernelspec), "{connection_file}": connection}
        argv = json.loads((kernelspec / "kernel.json").read_text())["argv"]
        for placeholder, value in values.items():
            argv = [argument.replace(placeholder, value) for argument in argv]
        started = subprocess.Popen(argv, stderr=subprocess.PIPE, text=True, env={**os.environ, **NO_CACHE, **environment})
        self.addCleanup(started.stderr.close)
        self.addCleanup(started.wait)
        self.addCleanup(started.kill)
        return started, connection

    def connected(self, connection):
        """A client that, as VS Code's, first tries the ports without a word; it has no heartbeat."""
        ports = json.loads(Path(connection).read_text())
        for name in ("shell_port", "iopub_port"):
            await_listener(ports[name])
        client = BlockingKernelClient(connection_file=connection)
        client.load_connection_file()
        client.start_channels(hb=False)
        self.addCleanup(client.stop_channels)
        return client

    def test_as_vs_code_starts_asks_interrupts_and_ends_it(self):
        """The order and the contents are those of its Jupyter extension in July 2026."""
        started, connection = self.start({"JAVA_HOME": os.environ["LLM_THREADS_JAVA_HOME"], "LLM_THREADS_HISTORY": ""})
        client = self.connected(connection)
        channels = (client.control_channel, client.shell_channel)
        for channel in channels * 2:
            channel.send(client.session.msg("kernel_info_request", {}))
        client.get_iopub_msg(timeout=60)
        for channel in channels * 2:
            self.assertEqual("java", channel.get_msg(timeout=60)["content"]["language_info"]["name"])

        def ask(kind, content, metadata=None, channel=client.shell_channel):
            channel.send(client.session.msg(kind, content, metadata=metadata))
            return channel.get_msg(timeout=60)["content"]

        options = {"silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": True, "stop_on_error": False}
        cell = {"cellId": "vscode-notebook-cell:/lesson.ipynb#W0sZmlsZQ=="}
        self.assertEqual("ok", ask("execute_request", {"code": "int answer = 42;", **options}, cell)["status"])
        found = ask("complete_request", {"code": "answ", "cursor_pos": 4})
        self.assertEqual(["answer"], found["matches"])
        self.assertEqual(["answer"], [each["text"] for each in found["metadata"]["_jupyter_types_experimental"]])
        self.assertTrue(ask("inspect_request", {"code": "answer", "cursor_pos": 6, "detail_level": 0})["found"])

        endless = client.session.msg("execute_request", {"code": "while (true) { }", **options}, metadata=cell)
        client.shell_channel.send(endless)
        await_start(endless, client)
        self.assertEqual("ok", ask("interrupt_request", {}, channel=client.control_channel)["status"])
        self.assertEqual("Interrupted", client.get_shell_msg(timeout=60)["content"]["ename"])
        started.terminate()
        self.assertEqual(128 + signal.SIGTERM, started.wait(timeout=60))
        self.assertEqual("", started.stderr.read())

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

    def test_cells_see_the_jars_of_the_folder_in_the_order_of_their_names_but_for_the_kernels_own(self):
        jars = sorted(map(str, (built() / "kernels" / "java" / "lib").glob("*.jar")))
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
