"""The cells that were run, in this session and in others."""

import json
import os
import tempfile
import unittest
from pathlib import Path

import kernel_session
from kernel_session import KernelCase


class HistoryCase(KernelCase):
    """Kernels that share one history file."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="llm-threads-history-")
        cls.addClassCleanup(folder.cleanup)
        cls.file = Path(folder.name) / "deep" / "history.jsonl"
        cls.prepare()
        cls.environment = {"LLM_THREADS_HISTORY": str(cls.file)}
        super().setUpClass()

    @classmethod
    def prepare(cls):
        """What the file holds before the kernel starts."""

    def history(self, kind, **options):
        return self.ask(self.client.history(hist_access_type=kind, **options))["history"]

    def sources(self, kind, **options):
        return [entry[2] for entry in self.history(kind, **options)]


class HistoryTest(HistoryCase):
    @classmethod
    def prepare(cls):
        cls.file.parent.mkdir()
        cells = [(1, 1, "int a = 1;"), (1, 2, "a + 1"), (2, 1, "int a = 1;"), (2, 2, "list[0]\n// 𝒳")]
        lines = [json.dumps({"session": s, "line": n, "source": text}) for s, n, text in cells]
        # A kernel that died in the middle of a line.
        cls.file.write_text("\n".join(lines) + '\n{"session": 2, "li', encoding="utf-8")

    def setUp(self):
        self.run_cell("21 * 2")

    def test_the_tail_goes_back_to_earlier_sessions(self):
        tail = self.sources("tail", n=500)
        self.assertEqual(["int a = 1;", "a + 1", "int a = 1;", "list[0]\n// 𝒳", "21 * 2"], tail[:5])
        self.assertEqual(tail[-2:], self.sources("tail", n=2))

    def test_a_session_has_a_number_that_no_other_has(self):
        self.assertEqual(3, self.history("tail", n=1)[0][0])

    def test_a_range_is_of_this_session_of_the_one_before_or_of_a_numbered_one(self):
        self.assertEqual(["21 * 2"], self.sources("range", session=0, start=1, stop=2))
        self.assertEqual(["int a = 1;", "list[0]\n// 𝒳"], self.sources("range", session=-1))
        self.assertEqual([[1, 2, "a + 1"]], self.history("range", session=1, start=2, stop=9))
        self.assertEqual([], self.sources("range", session=99))

    def test_a_search_takes_globs_over_whole_cells(self):
        self.assertEqual(["a + 1"], self.sources("search", pattern="a + ?"))
        self.assertEqual([], self.sources("search", pattern="a +"))
        self.assertEqual(["list[0]\n// 𝒳"], self.sources("search", pattern="list[0]*"))
        self.assertEqual(["list[0]\n// 𝒳"], self.sources("search", pattern="*// ?"))
        self.assertEqual(["int a = 1;", "int a = 1;"], self.sources("search", pattern="int*"))

    def test_a_unique_search_keeps_the_last_of_each(self):
        self.assertEqual([[2, 1, "int a = 1;"]], self.history("search", pattern="int*", unique=True))

    def test_a_search_gives_the_last_ones(self):
        self.assertEqual([[2, 1, "int a = 1;"]], self.history("search", pattern="int*", n=1))

    def test_output_is_what_the_cell_gave_in_this_session(self):
        self.assertEqual(["21 * 2", "42"], self.history("tail", n=1, output=True)[0][2])
        self.assertEqual(["a + 1", None], self.history("search", pattern="a + 1", output=True)[0][2])


class SharedHistoryTest(HistoryCase):
    def test_several_kernels_at_once_lose_nothing_and_mix_nothing(self):
        others = [kernel_session.start("java", self.environment) for _ in range(2)]
        try:
            requests = []
            for number in range(30):
                for client in (self.client, *(client for _, client in others)):
                    requests.append((client, client.execute(f'String s{number} = "{"x" * 3000}";')))
            for client, request in requests:
                while client.get_shell_msg(timeout=60)["parent_header"].get("msg_id") != request:
                    pass
        finally:
            for manager, client in others:
                client.stop_channels()
                manager.shutdown_kernel()
        # A kernel that has ended has written all.
        seen = self.history("tail", n=1000)
        by_session = {}
        for session, line, source in seen:
            by_session.setdefault(session, []).append((line, source))
        self.assertEqual({1, 2, 3}, set(by_session))
        for cells in by_session.values():
            self.assertEqual(list(range(1, 31)), [line for line, _ in cells])
            self.assertEqual(f's29 = "{"x" * 3000}";', cells[-1][1].removeprefix("String "))
        for line in self.file.read_text(encoding="utf-8").splitlines():
            json.loads(line)


class PrivateHistoryTest(HistoryCase):
    def test_nobody_else_may_read_it(self):
        if os.name != "posix":
            self.skipTest("permissions are tried on POSIX systems")
        self.run_cell("1")
        self.assertEqual("1", self.sources("tail", n=1)[0])
        for path in (self.file, self.file.parent):
            self.assertEqual(0, path.stat().st_mode & 0o077, path)


class UnwritableHistoryTest(HistoryCase):
    @classmethod
    def prepare(cls):
        # A file where a folder is needed stops even root.
        cls.file.parent.write_text("in the way", encoding="utf-8")
        cls.log = open(cls.file.parent.with_suffix(".log"), "w+", encoding="utf-8")
        cls.addClassCleanup(cls.log.close)
        cls.options = {"stderr": cls.log}

    def test_the_kernel_goes_on_with_the_history_of_its_own_session(self):
        self.assertEqual("2", self.run_cell("1 + 1").result)
        self.assertEqual("3", self.run_cell("1 + 2").result)
        self.assertEqual(["1 + 1", "1 + 2"], self.sources("tail", n=5))
        self.assertEqual(["1 + 1"], self.sources("search", pattern="*1"))
        self.log.seek(0)
        self.assertEqual(1, self.log.read().count("The history of cells cannot be kept on disk"))


class LongHistoryTest(HistoryCase):
    @classmethod
    def prepare(cls):
        cls.file.parent.mkdir()
        line = json.dumps({"session": 1, "line": 1, "source": "y" * 1000}) + "\n"
        last = json.dumps({"session": 7, "line": 1, "source": "kept"}) + "\n"
        cls.file.write_text(line * 9000 + last, encoding="utf-8")

    def test_a_file_that_has_grown_large_loses_its_older_half(self):
        self.run_cell("6 * 7")
        self.assertEqual(["kept", "6 * 7"], self.sources("tail", n=2))
        self.assertEqual(8, self.history("tail", n=1)[0][0])
        self.assertLess(self.file.stat().st_size, 6 << 20)
        self.assertGreater(self.file.stat().st_size, 3 << 20)


if __name__ == "__main__":
    unittest.main()
