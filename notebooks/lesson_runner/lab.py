"""The working copy of the lessons, where a reader may change everything."""

import filecmp
import hashlib
import json
import shutil
from datetime import datetime

from . import lessons, places

RECORD = ".originals.json"


def fill(originals=places.NOTEBOOKS, copy=places.LAB):
    """Copies lessons that are not there yet and those that changed in the checkout but not in the copy."""
    copy.mkdir(parents=True, exist_ok=True)
    record = _read(copy)
    for original in lessons.every(originals):
        mine = copy / original.name
        if not mine.exists() or record.get(original.name) == _hash(mine):
            shutil.copyfile(original, mine)
            record[original.name] = _hash(original)
        elif record.get(original.name) != _hash(original):
            print(
                f"{original.stem} has a newer original; your changed copy stays"
                f" (notebooks/run lab --reset {original.stem[:2]} takes the original and keeps yours beside it)."
            )
    _write(copy, record)


def reset(names, originals=places.NOTEBOOKS, copy=places.LAB):
    """Puts the originals back; a changed copy is kept beside under a name with the date."""
    copy.mkdir(parents=True, exist_ok=True)
    record = _read(copy)
    for original in lessons.chosen(names, originals):
        mine = copy / original.name
        if mine.exists() and not filecmp.cmp(original, mine, shallow=False):
            if record.get(original.name) != _hash(mine):
                kept = _free_name(copy, original.stem)
                mine.rename(kept)
                print(f"{original.stem}: the original is back; your copy is {places.shown(kept)}")
        else:
            print(f"{original.stem}: unchanged")
        shutil.copyfile(original, mine)
        record[original.name] = _hash(original)
    _write(copy, record)


def _free_name(folder, stem):
    moment = datetime.now().strftime("%Y-%m-%d-%H%M%S")
    name, count = folder / f"{stem}.mine-{moment}.ipynb", 1
    while name.exists():
        count += 1
        name = folder / f"{stem}.mine-{moment}-{count}.ipynb"
    return name


def _hash(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _read(copy):
    try:
        return json.loads((copy / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _write(copy, record):
    (copy / RECORD).write_text(json.dumps(record, indent=1), encoding="utf-8")
