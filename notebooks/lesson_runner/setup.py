"""Set-up: finds or installs what the lessons need, says beforehand what it will fetch, and does nothing twice."""

import os
import shutil

from llm_threads_kernel import launch

from . import build, jvm_checks, kernelspecs, places
from .python_env import PythonEnv
from .trouble import Trouble

#: Measured on Linux x86-64; MB downloaded and MB on the disk.
PACKAGES = (50, 250)
TEST_PACKAGES = (50, 140)
LIBRARIES = (250, 250)
ENGINE = (0, 432)


class Ready:
    """What set-up found: which Python runs the lessons, which JDK their kernel."""

    def __init__(self, python, jdk):
        self.python = python
        self.jdk = jdk


def run(tests=False, may_build=True, environment=None):
    """Makes everything ready; idempotent, and without the network once it has succeeded."""
    environment = dict(os.environ if environment is None else environment)
    jdk = find_jdk(environment)
    python = PythonEnv(tests, environment)
    must_build = may_build and not build.up_to_date()
    if must_build:
        build.maven(environment)
    announce(plan(python, must_build, tests))
    places.SETUP.mkdir(parents=True, exist_ok=True)
    jvm_checks.font(jdk, environment)
    if not python.ready:
        python.install()
    if must_build:
        build.build(jdk, environment)
    elif not may_build:
        build.stamp()
    jvm_checks.engine(jdk, environment)
    kernelspecs.install(jdk, python.python)
    return Ready(python.python, jdk)


def find_jdk(environment):
    """The JDK that builds and runs the lessons."""
    try:
        return launch.find(environment)
    except launch.NoJdk as sentence:
        raise Trouble(str(sentence)) from None


def plan(python, must_build, tests):
    """What is still to be fetched or unpacked: (what, MB to download, MB on the disk, where)."""
    steps = []
    if not python.ready:
        parts = [PACKAGES] if not python.begun else []
        parts += [TEST_PACKAGES] if tests else []
        steps.append(("Python packages", *map(sum, zip(*parts)), places.VENV))
    if must_build and not _libraries_there():
        steps.append(("Java libraries and Maven's plugins", *LIBRARIES, _maven_repository()))
    if not jvm_checks.libraries():
        steps.append(("PyTorch's libraries, unpacked", *ENGINE, places.home() / ".djl.ai"))
    return steps


def announce(steps):
    """Prints the plan and raises Trouble where a disk cannot hold it."""
    if not steps:
        return
    total = sum(step[1] for step in steps)
    print(f"Set-up, once: about {total} MB to download.", flush=True)
    for what, download, disk, where in steps:
        source = f"{download} MB to download, " if download else ""
        print(f"  {what}: {source}{disk} MB in {places.shown(where)}", flush=True)
    needed = {}
    for _, _, disk, where in steps:
        folder = where
        while not folder.exists():
            folder = folder.parent
        device = os.stat(folder).st_dev
        needed.setdefault(device, [0, folder])[0] += disk
    for megabytes, folder in needed.values():
        free = shutil.disk_usage(folder).free // 1_000_000
        if free < megabytes:
            raise Trouble(
                f"The disk of {places.shown(folder) or folder} has {free} MB left and set-up needs {megabytes} MB:"
                " free some space and run this again."
            )


def _maven_repository():
    return places.home() / ".m2" / "repository"


def _libraries_there():
    return any(_maven_repository().glob("ai/djl/pytorch/pytorch-native-cpu/*/*.jar"))
