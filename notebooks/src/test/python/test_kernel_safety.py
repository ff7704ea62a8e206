"""What would end a kernel: System.exit and a full heap; and two clients that share one."""

import asyncio
import tempfile
import unittest

from jupyter_client import BlockingKernelClient
from jupyter_client.ioloop import AsyncIOLoopKernelManager
from kernel_session import TIMEOUT, KernelCase, variables

#: A class of a library that ends the process, on the class path of the cells that follow.
QUITTER = '''Path dir = Files.createTempDirectory("quitter");
Path source = Files.writeString(dir.resolve("Quitter.java"),
    "package library; public class Quitter { public static void quit() { System.exit(3); } }");
javax.tools.ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", dir.toString(), source.toString());
dir'''

#: Slowly enough for a busy machine to see it coming; a kernel that does not ends as well, and tells its log only.
FILL = "List<long[]> held = new ArrayList<>();\nfor (int i = 0; ; i++) { held.add(new long[500]); if (i % 100 == 0) Thread.sleep(10); }"


class ExitTest(KernelCase):
    def test_exit_in_a_cell_is_an_error_of_that_cell(self):
        for code in (
            "System.exit(3);",
            "Runtime.getRuntime().exit(3);",
            "Runtime.getRuntime().halt(3);",
            "IntConsumer end = System::exit; end.accept(3);",
            "IntConsumer end = Runtime.getRuntime()::halt; end.accept(3);",
            "IntStream.of(3).parallel().forEach(n -> System.exit(n));",
            "try { System.exit(3); } catch (Exception e) { }",
        ):
            with self.subTest(code):
                error = self.run_cell(code).error
                self.assertTrue(error["ename"].endswith("ExitError"), error)
                self.assertIn("status 3", error["evalue"])
        self.assertEqual("2", self.run_cell("1 + 1").result)

    def test_the_line_of_the_exit_is_named(self):
        self.assertIn("line 2", self.run_cell("int status = 0;\nSystem.exit(status);").trace)

    def test_what_else_a_class_with_an_exit_does_it_still_does(self):
        code = 'class Tool { int n; Tool(int n) { this.n = n; } int twice() { if (n < 0) System.exit(1); return 2 * n; } }\n'
        self.assertEqual("[2, 4]", self.run_cell(code + "Stream.of(1, 2).map(n -> new Tool(n).twice()).toList()").result)


class LibraryExitTest(KernelCase):
    def test_exit_in_a_library_ends_the_kernel_with_a_notice(self):
        folder = self.run_cell(QUITTER).result
        self.run_cell(f"%classpath {folder}")
        self.client.execute("library.Quitter.quit();")
        self.assertEqual(3, self.manager.provisioner.process.wait(timeout=TIMEOUT))
        told = ""
        while "Jupyter starts a new kernel" not in told:
            message = self.client.get_iopub_msg(timeout=TIMEOUT)
            told += message["content"].get("text", "")
        self.assertIn("library.Quitter.quit(Quitter.java:1) has called System.exit", told)


class HeapTest(KernelCase):
    environment = {"JDK_JAVA_OPTIONS": "-Xmx128m"}

    def test_an_array_larger_than_the_heap_is_a_clear_error_and_no_more(self):
        for size in ("Integer.MAX_VALUE", "30_000_000"):
            error = self.run_cell(f"new long[{size}]").error
            self.assertEqual("java.lang.OutOfMemoryError", error["ename"])
            self.assertIn("takes at most 128 MB; JDK_JAVA_OPTIONS=-Xmx8g", error["evalue"])
        self.assertEqual("2", self.run_cell("1 + 1").result)

    def test_what_a_failed_cell_held_is_free_again(self):
        self.assertEqual("java.lang.OutOfMemoryError", self.run_cell(f"{{ {FILL} }}").error["ename"])
        self.assertEqual("2", self.run_cell("1 + 1").result)


class FullHeapTest(unittest.TestCase):
    def test_a_heap_that_stays_full_restarts_the_kernel_with_a_notice(self):
        asyncio.run(self.restarted())

    async def restarted(self):
        manager = AsyncIOLoopKernelManager(kernel_name="java")
        with tempfile.TemporaryFile("w+") as log:
            await manager.start_kernel(env=variables(JDK_JAVA_OPTIONS="-Xmx128m"), stderr=log)
            restarted = asyncio.Event()
            manager.add_restart_callback(restarted.set)
            client = manager.client()
            client.start_channels()
            try:
                await client.wait_for_ready(timeout=TIMEOUT)
                await outputs(client, "Thread.sleep(3000);")
                told = await outputs(client, FILL)
                self.assertIn("The heap of this kernel is full and stays so", told)
                self.assertIn("It takes at most 128 MB", told)
                await asyncio.wait_for(restarted.wait(), TIMEOUT)
                await manager.ready
                await client.wait_for_ready(timeout=TIMEOUT)
                self.assertIn("'text/plain': '2'", await outputs(client, "1 + 1"))
                log.seek(0)
                self.assertIn("The heap of this kernel is full", log.read())
            finally:
                client.stop_channels()
                manager.stop_restarter()
                await manager.shutdown_kernel(now=True)


class ClientsTest(KernelCase):
    """Two clients of one kernel, as two browser windows are."""

    def setUp(self):
        self.other = BlockingKernelClient()
        self.other.load_connection_info(self.manager.get_connection_info())
        self.other.start_channels()
        self.addCleanup(self.other.stop_channels)
        self.other.wait_for_ready(timeout=TIMEOUT)

    def test_each_hears_its_own_replies_and_both_hear_all_output(self):
        mine = [self.client.execute(f'System.out.println("mine {i}");') for i in range(20)]
        theirs = [self.other.execute(f'System.out.println("theirs {i}");') for i in range(20)]
        for client, requests in ((self.client, mine), (self.other, theirs)):
            replied = []
            while requests[-1] not in replied:
                replied.append(client.get_shell_msg(timeout=TIMEOUT)["parent_header"]["msg_id"])
            self.assertEqual(requests, replied[-len(requests) :])
            self.assertFalse(set(replied) & set(theirs if requests is mine else mine))
        for client in (self.client, self.other):
            self.assertEqual(set(mine + theirs), printed(client, mine + theirs))

    def test_a_question_goes_to_the_client_whose_cell_asks(self):
        request = self.other.execute("new Scanner(System.in).nextLine()", allow_stdin=True)
        self.assertEqual("input_request", self.other.get_stdin_msg(timeout=TIMEOUT)["msg_type"])
        self.assertIsNone(self.next_of(self.client.get_stdin_msg, 0.2))
        self.other.input("answered")
        self.assertEqual(request, self.other.get_shell_msg(timeout=TIMEOUT)["parent_header"]["msg_id"])

    def test_one_interrupts_the_cell_of_the_other(self):
        request = self.other.execute('System.out.println("on"); while (true) { }')
        printed(self.client, [request])
        self.manager.interrupt_kernel()
        self.assertEqual("Interrupted", self.other.get_shell_msg(timeout=TIMEOUT)["content"]["ename"])


def printed(client, requests):
    """Waits until a client has seen text of each of the requests; gives all whose text it has seen."""
    found = set()
    while not found.issuperset(requests):
        message = client.get_iopub_msg(timeout=TIMEOUT)
        if message["msg_type"] == "stream":
            found.add(message["parent_header"]["msg_id"])
    return found


async def outputs(client, code):
    """All that a cell brings about until its kernel is idle, as one text."""
    request, told = client.execute(code), []
    while True:
        message = await client.get_iopub_msg(timeout=TIMEOUT)
        if message["parent_header"].get("msg_id") == request:
            told.append(str(message["content"]))
            if message["content"].get("execution_state") == "idle":
                return "\n".join(told)


if __name__ == "__main__":
    unittest.main()
