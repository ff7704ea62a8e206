"""The gate: what makes a lesson count as run, and what a committed lesson must be.

Every check returns sentences, one for each thing that is wrong; no sentence means that the lesson passes.
"""

import hashlib
import re
from datetime import datetime

from . import parameters, solutions

#: A lesson whose cells together took less did not really run.
LEAST_SECONDS = 0.05
FIGURES = ("image/png", "image/svg+xml")


def code_cells(notebook):
    """The code cells that hold something, with their number as a reader counts them."""
    return [
        (number, cell)
        for number, cell in enumerate(notebook.cells, 1)
        if cell.cell_type == "code" and cell.source.strip()
    ]


def cell_seconds(cell):
    """How long the cell ran by its own timing, or None where it has none."""
    timing = cell.metadata.get("execution", {})
    begin = timing.get("iopub.execute_input") or timing.get("iopub.status.busy")
    end = timing.get("shell.execute_reply") or timing.get("iopub.status.idle")
    try:
        return (_moment(end) - _moment(begin)).total_seconds()
    except (TypeError, ValueError, AttributeError):
        return None


def _moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def seconds(notebook):
    """The sum of the cells' times."""
    return sum(cell_seconds(cell) or 0 for _, cell in code_cells(notebook))


def figures(notebook):
    """The outputs that are figures: bundles of several formats of one picture."""
    return [
        output
        for _, cell in code_cells(notebook)
        for output in cell.get("outputs", [])
        if any(format in output.get("data", {}) for format in FIGURES)
    ]


def sources_hash(notebook):
    """Identifies what the cells say, without their outputs."""
    total = hashlib.sha256()
    for cell in notebook.cells:
        total.update(f"{cell.cell_type}\0{cell.source}\0".encode())
    return total.hexdigest()[:16]


def check_run(notebook, least_figures=0):
    """Whether every cell ran, without an error, and took some time, and as many figures as expected are seen."""
    wrong = []
    cells = code_cells(notebook)
    if not cells:
        wrong.append("it has no code cell")
    for number, cell in cells:
        if cell.get("execution_count") is None:
            wrong.append(f"cell {number} did not run")
            continue
        spent = cell_seconds(cell)
        if spent is None or spent < 0:
            wrong.append(f"cell {number} has no timing")
        for output in cell.get("outputs", []):
            if output.get("output_type") == "error":
                wrong.append(f"cell {number} ended in {output.get('ename')}: {first_line(output.get('evalue'))}")
    if cells and not wrong and seconds(notebook) < LEAST_SECONDS:
        wrong.append(f"its cells took {seconds(notebook):.3f} s in all, so nothing ran")
    if not wrong and len(figures(notebook)) < least_figures:
        wrong.append(
            f"it shows {len(figures(notebook))} figures, {least_figures} before it ran;"
            " if that is meant, clear its outputs and run it again"
        )
    return wrong


def check_committed(notebook):
    """Whether a lesson is as it is to be committed: run in order, with its outputs, as it now stands."""
    wrong = check_run(notebook)
    counts = [cell.get("execution_count") for _, cell in code_cells(notebook)]
    if not wrong and counts != list(range(1, len(counts) + 1)):
        wrong.append(f"its cells ran in the order {counts}, not from the first to the last in a new kernel")
    executed = notebook.metadata.get("llm_threads", {}).get("executed", {})
    if executed.get("sources") != sources_hash(notebook):
        wrong.append("its cells were changed after they ran: notebooks/run --write runs it and writes it anew")
    return wrong + check_figures(notebook) + check_form(notebook)


def check_figures(notebook):
    """Whether each figure can be seen in an untrusted notebook and read without eyes."""
    wrong = []
    for position, output in enumerate(figures(notebook), 1):
        for format in ("image/png", "text/plain"):
            if not output["data"].get(format):
                wrong.append(f"figure {position} has no {format}")
    return wrong


def check_form(notebook):
    """Whether parameters, the fast setting, the kernel and the solutions are where they belong."""
    wrong = []
    cells = code_cells(notebook)
    first = cells[0][1] if cells else None
    if first is None or parameters.TAG not in first.metadata.get("tags", []):
        wrong.append("its first code cell is not tagged parameters")
    known = parameters.declared(first.source) if first is not None else {}
    settings = notebook.metadata.get("llm_threads", {}).get("fast")
    if settings is None:
        wrong.append("its metadata has no llm_threads.fast, the values that tests use")
    for name in settings or {}:
        if name not in known:
            wrong.append(f"its fast setting names {name}, which is no parameter")
    if notebook.metadata.get("kernelspec", {}).get("name") != "llm-threads":
        wrong.append("its kernel is not llm-threads")
    return wrong + solutions.check(notebook)


def first_line(text):
    """The first line of a message, colours taken out."""
    lines = re.sub(r"\x1b\[[0-9;]*m", "", text or "").strip().splitlines()
    return lines[0] if lines else ""
