"""The cell tagged `parameters` of a lesson, and how another value is written into it."""

from llm_threads_kernel.declarations import declared
from llm_threads_kernel.literals import NoLiteral, literal

from .trouble import Trouble

TAG = "parameters"


def cell_of(notebook):
    """The cell tagged `parameters`, or None."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and TAG in cell.metadata.get("tags", []):
            return cell
    return None


def apply(notebook, changes, lesson):
    """Writes the changes (name to text or to a JSON value) into the lesson's cell; returns the literals written."""
    cell = cell_of(notebook)
    known = declared(cell.source) if cell else {}
    literals = {}
    for name, value in changes.items():
        if name not in known:
            has = f"it has {', '.join(known)}" if known else "it has none"
            raise Trouble(f"Lesson {lesson} has no parameter {name}: {has}.")
        try:
            literals[name] = literal(known[name].type, value, name)
        except NoLiteral as sentence:
            raise Trouble(str(sentence)) from None
    for parameter in sorted((known[name] for name in literals), key=lambda known: -known.start):
        text = literals[parameter.name]
        cell.source = cell.source[: parameter.start] + text + cell.source[parameter.end :]
    return literals
