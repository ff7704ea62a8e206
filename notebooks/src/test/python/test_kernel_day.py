"""A day at a kernel, in minutes: `KERNEL_DAY=1 notebooks/run test a_day`; `KERNEL_DAY=0.05` is a short one.

Without that variable there is no test here. The morning is one long session, the afternoon one of many restarts.
"""

import os
import unittest

from kernel_session import KernelCase

CELLS, INTERRUPTS, RESTARTS = 2000, 200, 20

#: What people type, over and over, each time a little otherwise.
CODE = (
    "{n} + 1",
    "int x{m} = {n};\nx{m} * 2",
    'System.out.println("line {n}");',
    "record Point{m}(int a, int b) {{ int sum() {{ return a + b; }} }}\nnew Point{m}({n}, 1).sum()",
    "int twice{m}(int k) {{ return 2 * k + {n}; }}\ntwice{m}(3)",
    'display("<b>{n}</b>", "text/html");',
    "IntStream.range(0, 1000).boxed().collect(Collectors.toList())",
    'throw new IllegalStateException("{n}");',
    "int y = ;",
    "var t{m} = new Thread(() -> System.out.println({n})); t{m}.start(); t{m}.join();",
    "byte[] big = new byte[10_000_000]; big.length",
)
ENDLESS = ("while (true) {{ }}", "Thread.sleep(100_000);", "new LinkedBlockingQueue<Integer>().take();")

#: What cells leave behind in JShell, which forgets nothing that ever ran; its index of types, and what a variable holds.
KEPT_BYTES_A_CELL, KEPT_BYTES = 60_000, 25_000_000
MEASURE = """{
  System.gc(); System.gc();
  var runtime = Runtime.getRuntime();
  System.out.print(runtime.totalMemory() - runtime.freeMemory() + " " + Thread.getAllStackTraces().size() + " ");
  try (var open = Files.list(Path.of("/proc/self/fd"))) { System.out.print(open.count()); }
}"""


class DayTest(KernelCase):
    def test_a_day(self):
        scale = float(os.environ["KERNEL_DAY"])
        cells, interrupts, restarts = (max(1, round(part * scale)) for part in (CELLS, INTERRUPTS, RESTARTS))
        self.number = 0
        self.work(max(100, cells // 10), 2)
        before = self.measured()
        self.work(cells // 2, interrupts // 2)
        after = self.measured()
        self.report("the morning began with", before)
        self.report("and ended with", after)
        self.assertLess(after[0] - before[0], KEPT_BYTES + KEPT_BYTES_A_CELL * (cells // 2))
        self.assertLessEqual(after[1], before[1] + 2)
        self.assertLessEqual(after[2], before[2] + 2)
        own = len(os.listdir("/proc/self/fd"))
        for _ in range(restarts):
            old = self.manager.provisioner.process
            self.manager.restart_kernel()
            self.client.wait_for_ready(timeout=60)
            self.assertIsNotNone(old.poll(), "the kernel before the restart lives on")
            self.work(cells // 2 // restarts, interrupts // 2 // restarts)
        evening = self.measured()
        self.report("the evening", evening)
        self.assertLess(evening[0], after[0])
        self.assertLessEqual(evening[1], before[1] + 2)
        self.assertLessEqual(len(os.listdir("/proc/self/fd")), own + 2)

    def work(self, cells, interrupts):
        """Runs so many cells, some of which are interrupted."""
        every = max(1, cells // max(1, interrupts))
        for i in range(cells):
            self.number += 1
            if interrupts and i % every == every - 1:
                self.interrupt_one()
            else:
                code = CODE[self.number % len(CODE)].format(n=self.number, m=self.number % 7)
                self.assertIn(self.run_cell(code).status, ("ok", "error"))

    def interrupt_one(self):
        def interrupt(message):
            if message["msg_type"] == "stream":
                self.client.control_channel.send(self.client.session.msg("interrupt_request"))
                self.client.get_control_msg(timeout=60)

        code = ENDLESS[self.number % len(ENDLESS)].format()
        cell = self.run_cell(f'{{ System.out.println("on");\n{code}\n}}', when=interrupt)
        self.assertEqual("Interrupted", cell.error["ename"])

    def measured(self):
        """Bytes of the heap in use, threads and file descriptors of the kernel."""
        return tuple(int(each) for each in self.run_cell(MEASURE).text().split())

    def report(self, when, figures):
        print(f"  {when} {figures[0] / 1e6:.1f} MB of heap, {figures[1]} threads, {figures[2]} files", flush=True)


def load_tests(loader, tests, pattern):
    return tests if "KERNEL_DAY" in os.environ else unittest.TestSuite()


if __name__ == "__main__":
    unittest.main()
