"""Runs lessons headless through this project's kernel and reports them."""

import asyncio
import os
import signal
import time
from datetime import datetime, timezone

from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from . import gate, lessons, parameters, places, results
from .screen import Line, table
from .trouble import Trouble

CELL_TIMEOUT_SECONDS = 900
START_TIMEOUT_SECONDS = 120


class LessonClient(NotebookClient):
    """Stops its kernel when it is interrupted; nbclient's own handler of signals stops it twice, and fails."""

    interrupted = False

    async def async_start_new_kernel(self, **options):
        running = asyncio.current_task()
        try:
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, self._interrupt, running)
        except RuntimeError:
            # Windows knows no such handlers, and raises KeyboardInterrupt.
            pass
        await super().async_start_new_kernel(**options)

    def run(self, **options):
        """Runs the notebook; Ctrl-C and SIGTERM end it with a KeyboardInterrupt."""
        try:
            self.execute(**options)
        except (Exception, asyncio.CancelledError):
            if self.interrupted:
                raise KeyboardInterrupt from None
            raise

    def _interrupt(self, running):
        self.interrupted = True
        running.cancel()


class Outcome:
    """One lesson's row of the last table."""

    def __init__(self, lesson, cells, seconds, figures, wrong):
        self.lesson = lesson
        self.cells = cells
        self.seconds = seconds
        self.figures = figures
        self.wrong = wrong

    def row(self):
        status = "failed" if self.wrong else "passed"
        return [self.lesson, self.cells, f"{self.seconds:.1f}", self.figures, status]


def run(paths, changes, fast=False, write_back=False, folder=None, jdk_version=""):
    """Runs the lessons one after another; returns whether all of them passed."""
    folder = folder or (places.FAST_RESULTS if fast else places.RESULTS)
    notebooks = {path: lessons.read(path) for path in paths}
    literals = set_parameters(notebooks, changes, fast)
    outcomes = []
    for path, notebook in notebooks.items():
        outcome = run_one(path.stem, notebook, folder / path.stem, literals[path], jdk_version)
        outcomes.append(outcome)
        if write_back and not outcome.wrong:
            lessons.write(notebook, path)
    print()
    for line in table(["lesson", "cells", "seconds", "figures", "status"], [each.row() for each in outcomes]):
        print(line)
    print(f"\nNotebooks, pages, figures and their data: {places.shown(folder)}", flush=True)
    return not any(outcome.wrong for outcome in outcomes)


def set_parameters(notebooks, changes, fast):
    """Writes the fast setting and the changes into the notebooks; returns the literals of each."""
    literals = {path: {} for path in notebooks}
    unused = dict(changes)
    for path, notebook in notebooks.items():
        mine = {}
        if fast:
            mine.update(notebook.metadata.get("llm_threads", {}).get("fast", {}))
        cell = parameters.cell_of(notebook)
        known = parameters.declared(cell.source) if cell else {}
        for name, value in changes.items():
            if name in known or len(notebooks) == 1:
                mine[name] = value
                unused.pop(name, None)
        literals[path] = parameters.apply(notebook, mine, path.stem)
    for name in unused:
        raise Trouble(f"None of these lessons has a parameter {name}; name one lesson to hear which it has.")
    return literals


def run_one(name, notebook, folder, literals, jdk_version=""):
    """Runs one lesson, writes what it leaves into the folder, and judges it."""
    figures_before = len(gate.figures(notebook))
    clear(notebook)
    total = len(gate.code_cells(notebook))
    line = Line()
    line.show(f"{name}: starting the kernel …")
    folder.mkdir(parents=True, exist_ok=True)
    begun, started = time.monotonic(), datetime.now(timezone.utc)
    wrong = []
    position = {"cell": 0}

    def progress(cell, cell_index):
        if cell.cell_type == "code" and cell.source.strip():
            position["cell"] += 1
            line.show(f"{name}: cell {position['cell']} of {total}, {time.monotonic() - begun:.0f} s")

    client = LessonClient(
        notebook,
        kernel_name=notebook.metadata.get("kernelspec", {}).get("name", "llm-threads"),
        timeout=CELL_TIMEOUT_SECONDS,
        startup_timeout=START_TIMEOUT_SECONDS,
        interrupt_on_timeout=True,
        record_timing=True,
        store_widget_state=True,
        on_cell_start=progress,
        resources={"metadata": {"path": str(folder)}},
    )
    with open(folder / "kernel.log", "w", encoding="utf-8") as log:
        environment = {**os.environ, "LLM_THREADS_LESSON": name, "LLM_THREADS_HISTORY": ""}
        try:
            client.run(stderr=log, env=environment)
        except CellExecutionError:
            pass
        except CellTimeoutError:
            wrong.append(f"cell {position['cell']} of {total} ran longer than {CELL_TIMEOUT_SECONDS} s")
        except DeadKernelError:
            wrong.append(f"the kernel died in cell {position['cell']} of {total}: see kernel.log")
        except NoSuchKernel as error:
            raise Trouble(f"There is no kernel {error.name}: run notebooks/run setup and try again.") from None
        except RuntimeError as error:
            wrong.append(f"the kernel did not start ({gate.first_line(str(error))}): see kernel.log")
    spent = time.monotonic() - begun
    wrong += gate.check_run(notebook, figures_before)
    note = notebook.metadata.setdefault("llm_threads", {})
    note["executed"] = {"sources": gate.sources_hash(notebook), "seconds": round(spent, 1)}
    record = {
        "lesson": name,
        "started": started.isoformat(timespec="seconds"),
        "seconds": round(spent, 1),
        "parameters": literals,
        "jdk": jdk_version,
        "status": "failed" if wrong else "passed",
    }
    results.write(notebook, folder, record)
    line.end(f"{name}: {'failed' if wrong else 'passed'}, {total} cells in {spent:.1f} s")
    for sentence in _most_telling(wrong):
        print(f"  {sentence}", flush=True)
    return Outcome(name, total, spent, len(gate.figures(notebook)), wrong)


def clear(notebook):
    """Takes away what an earlier run left, so that nothing old can pass for new."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
            cell.metadata.pop("execution", None)
    notebook.metadata.pop("widgets", None)


def _most_telling(wrong):
    """The causes; the cells that did not run because of them are only counted."""
    causes = [sentence for sentence in wrong if not sentence.endswith("did not run")]
    skipped = len(wrong) - len(causes)
    return causes + ([f"{skipped} cells did not run"] if skipped else [])
