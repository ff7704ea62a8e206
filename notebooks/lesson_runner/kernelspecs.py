"""Fills the templates of the kernelspecs with this checkout's paths and this machine's JDK."""

import json
import os
import shutil

from llm_threads_kernel import aot

from . import build, places
from .screen import Line
from .trouble import Trouble

TEMPLATES = places.ROOT / "kernel" / "src" / "main" / "kernelspec"
NAMES = ("java", "llm-threads")
#: Tells the kernel which libraries of its class path are its own.
LIBRARIES = "-Dllmthreads.kernel.libraries="


def install(jdk, python, kernels=places.KERNELS):
    """Writes each kernelspec beside its logos and makes the cache that it starts with; a second time changes nothing."""
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
            "{java}": [str(python), "-I", "-S", str(places.AOT), str(jdk.java)],
            "{jvm_flags}": jdk.flags,
            "{libraries}": [LIBRARIES + os.pathsep.join(build.own_libraries(name))],
            "{classpath}": [os.pathsep.join(build.class_path(name))],
        }
        spec = filled(template / "kernel.json", values)
        text = json.dumps(spec, indent=1, ensure_ascii=False)
        target = folder / "kernel.json"
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.write_text(text, encoding="utf-8")
        make_cache(name, spec["argv"])


def make_cache(name, arguments):
    """Has a kernel's ahead-of-time cache made now, so that no lesson is timed while that goes on."""
    cache = aot.Cache(arguments[arguments.index(str(places.AOT)) + 1 : -1])
    if cache.file and not cache.exists():
        line = Line()
        line.show(f"Kernel {name}: a rehearsal, for a faster start …")
        cache.train()
        line.end(f"Kernel {name}: {'will start faster' if cache.exists() else f'see {cache.log}'}")


def filled(template, values):
    """The kernelspec with the values, lists of arguments, in place of the arguments that are their keys."""
    spec = json.loads(template.read_text(encoding="utf-8"))
    return {**spec, "argv": [each for argument in spec["argv"] for each in values.get(argument, [argument])]}
