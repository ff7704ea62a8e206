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
        text = json.dumps(filled(template / "kernel.json", jdk, build.class_path(name)), indent=1, ensure_ascii=False)
        target = folder / "kernel.json"
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.write_text(text, encoding="utf-8")


def filled(template, jdk, class_path):
    """The kernelspec with the JDK's launcher, its flags and the class path in place of {java}, {jvm_flags}, {classpath}."""
    spec = json.loads(template.read_text(encoding="utf-8"))
    flags = ["-XX:+UseParallelGC"] if jdk.moves_pinned_objects else []
    values = {"{java}": [str(jdk.java)], "{jvm_flags}": flags, "{classpath}": [os.pathsep.join(class_path)]}
    arguments = []
    for argument in spec["argv"]:
        arguments += values.get(argument, [argument])
    return {**spec, "argv": arguments}
