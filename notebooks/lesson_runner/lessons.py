"""Which lessons there are, and how they are read and written."""

import re

from . import places
from .trouble import Trouble

NAME = re.compile(r"\d\d-[a-z0-9-]+\.ipynb")


def every(folder=places.NOTEBOOKS):
    """The lessons of a folder in the order in which a reader takes them."""
    return sorted(path for path in folder.glob("*.ipynb") if NAME.fullmatch(path.name))


def chosen(names, folder=places.NOTEBOOKS):
    """The lessons that the names mean: a number, a whole name, or a path; all of them for no name."""
    lessons = every(folder)
    if not names:
        if not lessons:
            raise Trouble(f"There is no lesson in {places.shown(folder)}: restore the checkout with git.")
        return lessons
    found = []
    for name in names:
        stem = name.replace("\\", "/").rsplit("/", 1)[-1]
        stem = stem[:-6] if stem.endswith(".ipynb") else stem
        stem = stem.zfill(2) if stem.isdigit() else stem
        matching = [path for path in lessons if path.stem == stem or path.stem.startswith(stem + "-")]
        if not matching:
            there = ", ".join(path.stem for path in lessons)
            raise Trouble(f"There is no lesson {name}; there are {there}.")
        found += [path for path in matching if path not in found]
    return found


def read(path):
    """The notebook in the file."""
    import nbformat

    try:
        return nbformat.read(path, as_version=4)
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, AttributeError) as error:
        raise Trouble(f"{places.shown(path)} is no notebook ({error}): restore it with git.") from None


def write(notebook, path):
    """Writes the notebook beside its place first, so that a full disk leaves the old one whole."""
    import nbformat

    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name("." + path.name + ".new")
    try:
        with open(beside, "w", encoding="utf-8") as file:
            nbformat.write(notebook, file)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
