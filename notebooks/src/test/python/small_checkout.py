"""A copy of the checkout's set-up in a temporary folder, to be run where something is missing."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from lesson_runner import places

#: The system's folders without what the tests take away.
SYSTEM_PATH = "/usr/bin:/bin"


class SmallCheckout:
    """A folder with notebooks/run and what it needs; `built` links to the modules that Maven has just built."""

    def __init__(self, test, built=False):
        folder = tempfile.TemporaryDirectory(prefix="llm-threads-")
        test.addCleanup(folder.cleanup)
        self.root = Path(folder.name).resolve()
        self.notebooks = self.root / "notebooks"
        self.setup = self.notebooks / ".setup"
        self.notebooks.mkdir()
        for name in ("run", "requirements.txt", "requirements-test.txt", "pom.xml"):
            shutil.copy(places.NOTEBOOKS / name, self.notebooks / name)
        shutil.copytree(places.NOTEBOOKS / "lesson_runner", self.notebooks / "lesson_runner")
        for path in places.NOTEBOOKS.glob("*.ipynb"):
            shutil.copy(path, self.notebooks / path.name)
        shutil.copy(places.ROOT / "pom.xml", self.root / "pom.xml")
        for module in ("kernel", "src"):
            (self.root / module).symlink_to(places.ROOT / module)
        if built:
            (self.notebooks / "src").symlink_to(places.NOTEBOOKS / "src")
            (self.notebooks / "target").symlink_to(places.NOTEBOOKS / "target")
        self.tools = self.root / "tools"
        self.tools.mkdir()
        self.environment = {
            "PATH": str(self.tools),
            "HOME": str(self.root),
            "JAVA_HOME": os.environ.get("LLM_THREADS_JAVA_HOME", ""),
            "PIP_RETRIES": "0",
            "LLM_THREADS_AOT": "",
        }
        self.offer("python3", sys.executable)
        for name in ("sh", "env", "ls", "cat", "uname", "dirname", "basename", "expr", "sed", "tr"):
            if shutil.which(name, path=SYSTEM_PATH):
                self.offer(name, shutil.which(name, path=SYSTEM_PATH))

    def offer(self, name, program):
        """Puts a program on the PATH of this checkout."""
        script = self.tools / name
        script.unlink(missing_ok=True)
        script.write_text(f'#!/bin/sh\nexec "{program}" "$@"\n', encoding="utf-8")
        script.chmod(0o755)

    def conda(self):
        """A conda environment, simulated: laid out as conda does it around the Python and the JDK that are here."""
        prefix = self.root / "conda"
        (prefix / "bin").mkdir(parents=True)
        (prefix / "lib").mkdir()
        (prefix / "lib" / "jvm").symlink_to(os.environ["LLM_THREADS_JAVA_HOME"])
        python = prefix / "bin" / "python"
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
        python.chmod(0o755)
        return prefix

    def run(self, *arguments, before=(), **environment):
        """Runs notebooks/run with the arguments; `before` are words put in front of the command."""
        return subprocess.run(
            [*before, str(self.notebooks / "run"), *arguments],
            capture_output=True,
            text=True,
            timeout=300,
            env={**self.environment, **environment},
            cwd=str(self.root),
        )
