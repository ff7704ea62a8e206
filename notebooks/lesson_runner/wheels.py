"""Makes kernelspec folders that hold all they need but the JDK, and the wheels that install them."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from . import build, kernelspecs, places
from .trouble import Trouble

PROJECTS = {"java": places.KERNEL_WHEEL, "llm-threads": places.LESSONS_WHEEL}

#: libtorch, of one system and 110 MB: DJL fetches the one that a machine needs when it is first asked for.
LEFT_OUT = "pytorch-native-"


def make(folder, names=kernelspecs.NAMES):
    """Writes `kernels/NAME` and a wheel for each of the kernelspecs into the folder; returns the wheels."""
    return [make_wheel(make_kernelspec(folder / "kernels" / name), folder) for name in names]


def make_kernelspec(folder):
    """Makes the kernelspec that is called like the folder; a copy of launch.py in it finds the JVM when it starts."""
    name = folder.name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(kernelspecs.TEMPLATES / name, folder)
    for program in ("launch.py", "aot.py"):
        shutil.copy(places.KERNEL_WHEEL / "llm_threads_kernel" / program, folder)
    _jars(folder / "lib", name)
    # The launcher needs no package, and some environments take long to offer theirs.
    launcher = ["python3", "-I", "-S", "{resource_dir}/launch.py"]
    spec = kernelspecs.filled(
        folder / "kernel.json",
        {
            "{java}": launcher,
            "{jvm_flags}": [],
            "{libraries}": [kernelspecs.LIBRARIES + "{resource_dir}/lib/kernel"],
            "{classpath}": ["{resource_dir}/lib/**"],
            # Away from the checkout, nothing else brings PyTorch's libraries.
            "-Dai.djl.offline=true": [],
        },
    )
    (folder / "kernel.json").write_text(json.dumps(spec, indent=1), encoding="utf-8")
    return folder


def _jars(folder, name):
    own = set(build.own_libraries(name))
    (folder / "kernel").mkdir(parents=True)
    for jar in build.class_path(name):
        if not Path(jar).name.startswith(LEFT_OUT):
            shutil.copy(jar, folder / "kernel" if jar in own else folder)


def make_wheel(kernelspec, folder):
    """Writes the wheel that installs this kernelspec into the folder; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as stage:
        source = Path(stage) / "project"
        shutil.copytree(PROJECTS[kernelspec.name], source, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(places.ROOT / "LICENSE", source)
        shutil.copytree(kernelspec, source / "data" / "share" / "jupyter" / "kernels" / kernelspec.name)
        built = subprocess.run(
            [sys.executable, "-m", "flit_core.wheel", "--outdir", str(folder), str(source)],
            capture_output=True, text=True,
        )  # fmt: skip
    if built.returncode:
        raise Trouble(f"The wheel of kernelspec {kernelspec.name} could not be built: {built.stderr.strip()}")
    return folder / Path(built.stdout.split()[-1]).name
