"""Fills the templates of the kernelspecs with this checkout's paths and this machine's JDK."""

import json
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
        text = json.dumps(filled(template / "kernel.json", jdk), indent=1, ensure_ascii=False)
        target = folder / "kernel.json"
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.write_text(text, encoding="utf-8")


def filled(template, jdk):
    """The kernelspec: `@java@` is the JDK's launcher and `@classpath@` the class path of the lessons."""
    spec = json.loads(template.read_text(encoding="utf-8"))
    values = {"@java@": str(jdk.java), "@classpath@": ":".join(build.class_path())}
    arguments = [_fill(argument, values) for argument in spec["argv"]]
    if jdk.moves_pinned_objects:
        arguments.insert(1, "-XX:+UseParallelGC")
    return {**spec, "argv": arguments}


def _fill(argument, values):
    for name, value in values.items():
        argument = argument.replace(name, value)
    return argument
