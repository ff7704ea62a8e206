"""Fills the templates of the kernelspecs with this checkout's paths and this machine's JDK."""

import json
import os
import shutil

from . import build, places
from .trouble import Trouble

TEMPLATES = places.ROOT / "kernel" / "src" / "main" / "kernelspec"
NAMES = ("java", "llm-threads")


def install(jdk, kernels=places.KERNELS):
    """Writes each kernelspec beside its logos; a second time changes nothing."""
    for name in NAMES:
        template = TEMPLATES / name
        if not (template / "kernel.json").is_file():
            raise Trouble(f"{places.shown(template)}/kernel.json is missing from the checkout: restore it with git.")
        folder = kernels / name
        folder.mkdir(parents=True, exist_ok=True)
        for path in template.iterdir():
            if path.name != "kernel.json":
                shutil.copyfile(path, folder / path.name)
        values = {
            "{java}": [str(jdk.java)],
            "{jvm_flags}": jdk.flags,
            "{classpath}": [os.pathsep.join(build.class_path(name))],
        }
        text = json.dumps(filled(template / "kernel.json", values), indent=1, ensure_ascii=False)
        target = folder / "kernel.json"
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.write_text(text, encoding="utf-8")


def filled(template, values):
    """The kernelspec with the values, lists of arguments, in place of the arguments that are their keys."""
    spec = json.loads(template.read_text(encoding="utf-8"))
    return {**spec, "argv": [each for argument in spec["argv"] for each in values.get(argument, [argument])]}
