"""The kernel's wheel, built once, and fresh virtual environments to install it into, without the network."""

import atexit
import functools
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from lesson_runner import wheels


@functools.cache
def built():
    """The folder that `notebooks/run wheel` fills, for kernelspec java alone."""
    folder = Path(tempfile.mkdtemp(prefix="llm-threads-wheel-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    wheels.make(folder, names=["java"])
    return folder


class FreshEnvironment:
    """A virtual environment of its own; Jupyter and papermill come from the environment that runs the tests."""

    def __init__(self, folder, *options):
        self.folder = Path(folder).resolve()
        self.venv = self.folder / "venv"
        self._checked([sys.executable, "-m", "venv", "--without-pip", *options, str(self.venv)], os.environ)
        self.python = self.venv / "bin" / "python3"
        (packages,) = self.venv.glob("lib/python*/site-packages")
        (packages / "borrowed.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "CONDA", "VIRTUAL"))}
        self.environment = {
            **kept,
            "PATH": f"{self.venv / 'bin'}:/usr/bin:/bin",
            "HOME": str(self.folder),
            "JAVA_HOME": os.environ["LLM_THREADS_JAVA_HOME"],
            "JUPYTER_PREFER_ENV_PATH": "1",
            "LLM_THREADS_HISTORY": "",
            "LLM_THREADS_AOT": "",
        }

    def install(self, *options):
        """Installs the kernel's wheel with pip."""
        (wheel,) = built().glob("llm_threads_kernel-*.whl")
        pip = [sys.executable, "-m", "pip", "--python", str(self.python), "install", "--no-index", "--no-deps"]
        self._checked([*pip, *options, str(wheel)], self.environment)
        return self

    def run(self, *arguments, **options):
        """Runs this environment's Python."""
        return subprocess.run(
            [str(self.python), *arguments], capture_output=True, text=True, timeout=120,
            env=self.environment, cwd=str(self.folder), **options,
        )  # fmt: skip

    def kernelspecs(self):
        """The kernelspecs that Jupyter finds there, by name."""
        listed = self.run("-m", "jupyter_client.kernelspecapp", "list", "--json")
        return json.loads(listed.stdout)["kernelspecs"]

    @staticmethod
    def _checked(command, environment):
        ended = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)
        if ended.returncode:
            raise AssertionError(f"{command} ended with {ended.returncode}: {ended.stdout}{ended.stderr}")
