"""Exercises: a solution stands between two markers, folded; copies for learners are written without it."""

import copy
import re

BEGIN = "BEGIN SOLUTION"
END = "END SOLUTION"
STUB = (
    "// YOUR CODE HERE",
    'throw new UnsupportedOperationException("this exercise is still to be solved");',
)
HEADING = re.compile(r"(?m)^#+\s+Exercises?\b")


def holds(cell):
    """Whether the cell holds a solution."""
    return cell.cell_type == "code" and (BEGIN in cell.source or END in cell.source)


def check(notebook):
    """What is wrong with the solutions, in sentences."""
    wrong = []
    for number, cell in enumerate(notebook.cells, 1):
        if not holds(cell):
            continue
        try:
            without(cell.source)
        except ValueError as error:
            wrong.append(f"cell {number}: {error}")
        if not cell.metadata.get("jupyter", {}).get("source_hidden"):
            wrong.append(f"cell {number} shows its solution: its metadata jupyter.source_hidden must be true")
    announced = any(cell.cell_type == "markdown" and HEADING.search(cell.source) for cell in notebook.cells)
    if announced and not any(holds(cell) for cell in notebook.cells):
        wrong.append("it announces exercises and has no solution between // BEGIN SOLUTION and // END SOLUTION")
    return wrong


def without(source):
    """The source with a stub in place of every solution; ValueError where the markers do not pair."""
    kept, inside = [], False
    for line in source.split("\n"):
        if BEGIN in line:
            if inside:
                raise ValueError(f"a second {BEGIN} before {END}")
            inside = True
            indent = line[: len(line) - len(line.lstrip())]
            kept += [indent + text for text in STUB]
        elif END in line:
            if not inside:
                raise ValueError(f"{END} without {BEGIN}")
            inside = False
        elif not inside:
            kept.append(line)
    if inside:
        raise ValueError(f"{BEGIN} without {END}")
    return "\n".join(kept)


def learners_copy(notebook):
    """A copy of the lesson as a learner gets it: no solution, none of its outputs, its cells unfolded."""
    result = copy.deepcopy(notebook)
    for cell in result.cells:
        if holds(cell):
            cell.source = without(cell.source)
            cell.outputs = []
            cell.execution_count = None
            cell.metadata.pop("execution", None)
            cell.metadata.pop("collapsed", None)
            folded = cell.metadata.get("jupyter", {})
            folded.pop("source_hidden", None)
            folded.pop("outputs_hidden", None)
            if not folded:
                cell.metadata.pop("jupyter", None)
    result.metadata.get("llm_threads", {}).pop("executed", None)
    return result
