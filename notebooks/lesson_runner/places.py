"""Where everything lies, relative to the checkout."""

import os
from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parent.parent
ROOT = NOTEBOOKS.parent

#: All that set-up installs; git ignores it, and deleting it starts afresh.
SETUP = NOTEBOOKS / ".setup"
VENV = SETUP / "venv"
KERNELS = SETUP / "jupyter" / "kernels"
LOCK = SETUP / "lock"

LAB = NOTEBOOKS / "lab"
EXERCISES = NOTEBOOKS / "target" / "exercises"
RESULTS = ROOT / "target" / "lessons"
FAST_RESULTS = ROOT / "target" / "lessons-fast"

#: The libraries of each kernelspec, written by Maven, and the modules' jars, which it builds, as kernels load them.
CLASS_PATHS = {"java": ROOT / "kernel/target/class-path.txt", "llm-threads": NOTEBOOKS / "target/class-path.txt"}
BUILT_JARS = {
    ROOT / module / "target" / f"{artifact}.jar": NOTEBOOKS / "target" / "jars" / f"{artifact}.jar"
    for module, artifact in (("notebooks", "llm-threads-notebooks"), ("src", "llm-threads"), ("kernel", "llm-threads-kernel"))
}
JARS = list(BUILT_JARS.values())
TESTS = NOTEBOOKS / "src" / "test" / "python"

#: What the wheels are made from, one for each kernelspec, and where they go.
KERNEL_WHEEL = ROOT / "kernel" / "wheel"
LESSONS_WHEEL = NOTEBOOKS / "wheel"
WHEELS = ROOT / "target" / "wheels"

#: The program that starts a kernel's JVM.
AOT = KERNEL_WHEEL / "llm_threads_kernel" / "aot.py"


def home():
    """The home folder as Java sees it, which is the user's entry in the system and not $HOME."""
    try:
        import pwd

        return Path(pwd.getpwuid(os.getuid()).pw_dir)
    except (ImportError, KeyError):
        return Path.home()


def shown(path):
    """The path as a person would write it: relative to the checkout or to the home folder."""
    path = Path(path)
    for base, prefix in ((ROOT, ""), (home(), "~/")):
        try:
            return prefix + path.relative_to(base).as_posix()
        except ValueError:
            continue
    return str(path)
