#!/usr/bin/env python3
"""Times Jupyter kernels side by side: start, first cell, warm cell, interrupt, memory.

    kernel/benchmark.py java python3 --rounds 7

takes names of kernelspecs, of Java or Python, that `jupyter kernelspec list` shows. Each round starts every kernel once, so that
what slows the machine slows all of them; a kernel's figures are medians over the rounds, with the least and the greatest
in brackets. It needs the package jupyter_client, and Linux for what /proc tells.
"""

import argparse
import os
import queue
import statistics
import sys
import time
from pathlib import Path
from subprocess import DEVNULL

import zmq
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

LOOPS = {"java": "while (true) { }", "python": "while True: pass"}
START_SECONDS = 60
INTERRUPT_SECONDS = 5
LOOP_SECONDS = 0.5
SETTLE_SECONDS = 0.5
WATCH_SECONDS = 1
COMPILER = "CompilerThre"
#: Jupyter's clients try again to reach a kernel that does not listen yet after 100 ms, which would round every start up.
RECONNECT_MS = 5

COLUMNS = {
    "ready": "ready, ms",
    "first": "first cell, ms",
    "warm": "warm `1+1`, ms",
    "interrupt": "interrupt, ms",
    "spinning": "threads left spinning",
    "memory": "RSS, MB",
}


class Run:
    """One kernel from its launch to its end."""

    def __init__(self, name):
        self.context = zmq.Context()
        self.context.setsockopt(zmq.RECONNECT_IVL, RECONNECT_MS)
        self.manager = KernelManager(kernel_name=name, context=self.context)
        self.language = self.manager.kernel_spec.language
        self.launched = time.monotonic()
        # Cells of a benchmark are nobody's history.
        self.manager.start_kernel(env={**os.environ, "LLM_THREADS_HISTORY": ""}, stdout=DEVNULL, stderr=DEVNULL)
        self.client = self.manager.client()
        self.client.start_channels(hb=False)

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.context.destroy(linger=0)

    def measure(self, cells):
        """The figures of this run: name of a column to number."""
        figures = {"ready": self._ready(), "first": self._first()}
        figures["warm"] = statistics.median(self._cell("1+1") for _ in range(cells))
        figures["interrupt"] = self._interrupt()
        figures["spinning"] = self._spinning()
        figures["memory"] = self._resident() / 1e6
        return figures

    def _since_launch(self):
        return 1000 * (time.monotonic() - self.launched)

    def _ready(self):
        self._reply(self.client.kernel_info(), START_SECONDS)
        return self._since_launch()

    def _first(self):
        reply = self._reply(self.client.execute("1+1"), START_SECONDS)
        if reply["content"]["status"] != "ok":
            raise RuntimeError(f"{self.manager.kernel_name} cannot compute 1+1: {reply['content']}")
        return self._since_launch()

    def _cell(self, code):
        """How long a cell takes from its request until reply and idle, in ms."""
        begun = time.monotonic()
        request = self.client.execute(code)
        self._reply(request, START_SECONDS)
        self._published(request, lambda content: content.get("execution_state") == "idle")
        return 1000 * (time.monotonic() - begun)

    def _interrupt(self):
        """How long an endless loop goes on after its interrupt, in ms; infinite if it does not end in time."""
        request = self.client.execute(LOOPS[self.language])
        self._published(request, lambda content: content.get("execution_state") == "busy")
        time.sleep(LOOP_SECONDS)
        begun = time.monotonic()
        self.manager.interrupt_kernel()
        try:
            self._reply(request, INTERRUPT_SECONDS)
        except TimeoutError:
            return float("inf")
        return 1000 * (time.monotonic() - begun)

    def _spinning(self):
        """How many threads of the process never rest, those of a JVM's compiler aside."""
        time.sleep(SETTLE_SECONDS)
        before = self._runnable()
        time.sleep(WATCH_SECONDS)
        after = self._runnable()
        return sum(after[thread] - before.get(thread, 0) > 0.9e9 * WATCH_SECONDS for thread in after)

    def _runnable(self):
        """For each thread, how long it has run or waited for a core, in ns."""
        found = {}
        for thread in (self._process / "task").iterdir():
            if COMPILER not in (thread / "comm").read_text(encoding="utf-8"):
                ran, waited, _ = (thread / "schedstat").read_text(encoding="utf-8").split()
                found[thread.name] = int(ran) + int(waited)
        return found

    def _resident(self):
        return int((self._process / "statm").read_text(encoding="utf-8").split()[1]) * os.sysconf("SC_PAGE_SIZE")

    @property
    def _process(self):
        return Path(f"/proc/{self.manager.provisioner.pid}")

    def _reply(self, request, seconds):
        return self._await(self.client.get_shell_msg, request, seconds, lambda content: True)

    def _published(self, request, wanted):
        return self._await(self.client.get_iopub_msg, request, START_SECONDS, wanted)

    def _await(self, get, request, seconds, wanted):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                message = get(timeout=deadline - time.monotonic())
            except queue.Empty:
                break
            if message["parent_header"].get("msg_id") == request and wanted(message["content"]):
                return message
        raise TimeoutError(f"{self.manager.kernel_name} did not answer within {seconds} s")


def measure(name, cells):
    run = Run(name)
    try:
        return run.measure(cells)
    finally:
        run.close()


def usable(names):
    """The names of kernelspecs that are here and whose language has snippets; the others are told of."""
    languages = {name: found["spec"]["language"] for name, found in KernelSpecManager().get_all_specs().items()}
    for name in names:
        if name not in languages:
            print(f"{name} is left out: no kernelspec has this name (`jupyter kernelspec list`).", file=sys.stderr)
        elif languages[name] not in LOOPS:
            print(f"{name} is left out: its language, {languages[name]}, has no snippets here.", file=sys.stderr)
    return [name for name in names if languages.get(name) in LOOPS]


def cell_of_table(values):
    """Median (least–greatest)."""
    low, middle, high = (
        "never" if value == float("inf") else f"{value:.0f}" if value >= 10 else f"{value:.1f}".removesuffix(".0")
        for value in (min(values), statistics.median(values), max(values))
    )
    return middle if low == high else f"{middle} ({low}–{high})"


def table(rounds):
    """Markdown of the rounds: kernel to figures of each round."""
    yield "| kernel | " + " | ".join(COLUMNS.values()) + " |"
    yield "|---|" + "---:|" * len(COLUMNS)
    for name, figures in rounds.items():
        if not figures:
            continue
        cells = [cell_of_table([each[column] for each in figures]) for column in COLUMNS]
        yield f"| `{name}` | " + " | ".join(cells) + " |"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="+", metavar="KERNELSPEC")
    parser.add_argument("--rounds", type=int, default=7, help="how often each kernel is started (default: 7)")
    parser.add_argument("--cells", type=int, default=20, help="warm cells in each round (default: 20)")
    options = parser.parse_args()
    rounds = {name: [] for name in usable(options.names)}
    if not rounds:
        return 1
    for number in range(options.rounds):
        for name, figures in rounds.items():
            print(f"round {number + 1} of {options.rounds}: {name} ", end="\r", file=sys.stderr, flush=True)
            try:
                figures.append(measure(name, options.cells))
            except (TimeoutError, RuntimeError) as error:
                print(f"{error}; the round does not count for it.", file=sys.stderr)
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"Medians of {options.rounds} rounds (least–greatest), load of the machine {load}:\n")
    print("\n".join(table(rounds)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
