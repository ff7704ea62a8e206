"""Interrupts, restarts and the end."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from jupyter_client import BlockingKernelClient
from kernel_session import TIMEOUT, KernelCase


def interrupted_by_signal(case):
    """An endless loop that SIGINT ends."""

    def interrupt(message):
        if message["msg_type"] == "stream":
            case.manager.signal_kernel(signal.SIGINT)

    return case.run_cell('System.out.println("running"); while (true) { }', when=interrupt)


class BackgroundTest(KernelCase):
    """A kernel whose parent was started by a shell in the background, and so ignores SIGINT."""

    @classmethod
    def setUpClass(cls):
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            super().setUpClass()
        finally:
            signal.signal(signal.SIGINT, before)

    def test_it_heeds_the_signal_all_the_same(self):
        self.assertEqual("Interrupted", interrupted_by_signal(self).error["ename"])


#: A server that starts a kernel, prints its process and dies: at once, or when told to.
SERVER = """
import os, sys
from kernel_session import start_process
print(start_process(sys.argv[1]), flush=True)
if sys.argv[2] == "later":
    sys.stdin.readline()
os._exit(0)
"""


class ServerTest(unittest.TestCase):
    def test_a_kernel_ends_when_its_server_dies(self):
        for when in ("at once", "later"):
            with self.subTest(when), tempfile.TemporaryDirectory() as folder:
                connection = Path(folder) / "connection.json"
                command = [sys.executable, "-c", SERVER, str(connection), when]
                with subprocess.Popen(
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent
                ) as server:
                    kernel = int(server.stdout.readline())
                    if when == "later":
                        answers(connection)
                self.assertTrue(gone(kernel), f"kernel {kernel} lives on")


def answers(connection):
    """Waits until the kernel of a connection file answers."""
    client = BlockingKernelClient(connection_file=str(connection))
    client.load_connection_file()
    client.start_channels()
    client.wait_for_ready(timeout=TIMEOUT)
    client.stop_channels()


def gone(process):
    """Whether a process that is nobody's child here has ended, after some time at most."""
    end = time.monotonic() + TIMEOUT
    while time.monotonic() < end:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


class InterruptTest(KernelCase):
    def interrupted(self, code):
        """Runs one statement, interrupts it when it is running, and sees that the session goes on."""

        def interrupt(message):
            if message["msg_type"] == "stream":
                self.manager.interrupt_kernel()

        cell = self.run_cell(f'{{ System.out.println("running");\n{code}\n}}', when=interrupt)
        self.assertEqual("Interrupted", cell.error["ename"])
        self.assertEqual("2", self.run_cell("1 + 1").result)
        return cell

    def test_an_endless_loop(self):
        self.assertIn("line 2", self.interrupted("while (true) { }").error["evalue"])

    def test_an_endless_loop_that_catches_everything(self):
        self.interrupted("while (true) { try { while (true); } catch (Throwable t) { } }")

    def test_an_endless_loop_in_a_method(self):
        self.run_cell("long spin() { long n = 0; while (true) n++; }")
        self.interrupted("spin();")

    def test_sleep(self):
        self.interrupted("Thread.sleep(100_000);")

    def test_a_blocking_queue(self):
        self.interrupted("new LinkedBlockingQueue<String>().take();")

    def test_the_loops_of_threads_that_the_cell_has_started(self):
        self.run_cell("Thread spinning;")
        self.interrupted("spinning = new Thread(() -> { while (true) { } }); spinning.start(); spinning.join();")
        self.assertEqual("false", self.run_cell("spinning.join(5000); spinning.isAlive()").result)

    def test_a_wait_for_input(self):
        def interrupt(message):
            if message["msg_type"] == "stream":
                self.later(0.5, self.manager.interrupt_kernel)

        request = self.client.execute('System.out.println("?"); System.in.read()', allow_stdin=True)
        cell = self.collect(request, when=interrupt)
        self.assertEqual("Interrupted", cell.error["ename"])
        self.assertEqual("2", self.run_cell("1 + 1").result)

    def test_a_signal_interrupts_like_a_message(self):
        self.assertEqual("Interrupted", interrupted_by_signal(self).error["ename"])

    def test_an_interrupt_between_cells_does_nothing(self):
        self.client.control_channel.send(self.client.session.msg("interrupt_request"))
        self.assertEqual("interrupt_reply", self.client.get_control_msg(timeout=60)["msg_type"])
        self.assertEqual("2", self.run_cell("1 + 1").result)

    def test_a_cell_that_no_interrupt_reaches_is_left_behind_and_ends_when_it_comes_back(self):
        hold = "synchronized (held) { try { released.await(); } catch (InterruptedException e) { } }"
        self.run_cell("var held = new Object(); var released = new CountDownLatch(1); volatile long rounds = 0;")
        self.run_cell(f"var holder = new Thread(() -> {{ {hold} }}); holder.start();")
        self.run_cell("while (holder.getState() != Thread.State.WAITING) Thread.onSpinWait();")
        cell = self.interrupted("while (true) { synchronized (held) { rounds++; } }")
        self.assertIn("was left behind", cell.error["evalue"])
        self.assertRegex(self.run_cell("%threads").result, r"(?m)^cells, daemon, BLOCKED")
        self.run_cell("released.countDown(); for (var t : Thread.getAllStackTraces().keySet()) if (t.getName().equals(\"cells\")) t.join(10_000);")
        self.assertEqual("true", self.run_cell("rounds <= 1").result)
        self.assertNotIn("cells", self.run_cell("%threads").result)

    def test_interrupts_that_come_in_a_row(self):
        sent = []

        def interrupt(message):
            if message["msg_type"] == "stream":
                sent.extend(self.client.session.msg("interrupt_request") for _ in range(20))
                for each in sent:
                    self.client.control_channel.send(each)

        for _ in range(5):
            cell = self.run_cell('System.out.println("running"); while (true) { }', when=interrupt)
            self.assertEqual("Interrupted", cell.error["ename"])
            while sent:
                reply = self.client.get_control_msg(timeout=60)
                sent[:] = [each for each in sent if each["header"]["msg_id"] != reply["parent_header"].get("msg_id")]
            self.assertEqual("2", self.run_cell("1 + 1").result)

    def test_a_thread_of_an_earlier_cell_goes_on(self):
        self.run_cell("volatile long served = 0;\nvar server = new Thread(() -> { while (true) served++; }); server.start();")
        self.interrupted("while (true) { }")
        self.assertEqual("true", self.run_cell("long then = served; Thread.sleep(200); served > then").result)
        self.run_cell("%threads stop")


class LifeTest(KernelCase):
    def test_a_restart_forgets_everything(self):
        self.run_cell("int remembered = 1;")
        self.manager.restart_kernel()
        self.client.wait_for_ready(timeout=60)
        self.assertEqual("CompilationError", self.run_cell("remembered").error["ename"])

    def test_shutdown_ends_a_stuck_kernel_at_once(self):
        self.client.execute("while (true) { try { Thread.sleep(1000); } catch (Throwable t) { } }")
        provisioner = self.manager.provisioner.process
        start = time.monotonic()
        self.client.shutdown()
        self.assertEqual(0, provisioner.wait(timeout=30))
        self.assertLess(time.monotonic() - start, 20)
        self.manager.restart_kernel(now=True)
        self.client.wait_for_ready(timeout=60)

    def test_subshells_are_not_offered_and_a_cell_sent_to_one_runs_in_its_turn(self):
        self.assertEqual([], self.ask(self.client.kernel_info())["supported_features"])
        first = self.client.execute('Thread.sleep(300); var order = new ArrayList<>(List.of("first"));')
        second = self.client.session.msg("execute_request", {"code": 'order.add("second"); order'})
        second["header"]["subshell_id"] = "one that nobody made"
        self.client.shell_channel.send(second)
        self.assertEqual("ok", self.collect(first).status)
        self.assertEqual("[first, second]", self.collect(second["header"]["msg_id"]).result)

    def test_usage_is_answered_while_a_cell_runs(self):
        request = self.client.execute("long n = 0; while (System.in.read() < 0) n++;", allow_stdin=True)
        self.next_of(self.client.get_stdin_msg, 60)
        first, second = self.usage(), self.usage()
        self.client.input("go")
        self.collect(request)
        self.assertEqual(self.manager.provisioner.process.pid, second["pid"])
        self.assertGreater(second["cpu_count"], 0)
        self.assertGreaterEqual(second["kernel_cpu"], 0)
        self.assertGreater(first["kernel_cpu"], 0)
        self.assertGreater(second["kernel_memory"], 20_000_000)
        memory = second["host_virtual_memory"]
        self.assertGreater(memory["total"], memory["available"])
        self.assertGreater(memory["available"], 0)

    def usage(self):
        message = self.client.session.msg("usage_request")
        self.client.control_channel.send(message)
        while True:
            reply = self.client.get_control_msg(timeout=60)
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                self.assertEqual("usage_reply", reply["msg_type"])
                return reply["content"]


if __name__ == "__main__":
    unittest.main()
