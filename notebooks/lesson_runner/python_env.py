"""The Python that runs the lessons: an active conda environment that holds all packages, or a venv of our own."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from . import places
from .screen import Line
from .trouble import Trouble

LISTS = {False: ["requirements.txt"], True: ["requirements.txt", "requirements-test.txt"]}
NO_NETWORK = re.compile(
    r"NewConnectionError|Failed to establish a new connection|Temporary failure in name resolution"
    r"|from versions: none|Name or service not known|Network is unreachable|ConnectTimeout|NameResolutionError|ProxyError"
)
LEAST_FREE_BYTES = 50_000_000

#: Asks a Python which of the requirements in its arguments it does not satisfy; prints those.
ASK = """
import re, sys
from importlib.metadata import PackageNotFoundError, version
def numbers(text):
    return [int(part) for part in re.match(r"[0-9.]*", text).group().split(".") if part]
for requirement in sys.argv[1:]:
    name, bounds = re.match(r"([A-Za-z0-9_.-]+?)((?:[<>=].*)?)$", requirement).groups()
    try:
        have = numbers(version(name))
    except PackageNotFoundError:
        print(requirement)
        continue
    for bound in filter(None, bounds.split(",")):
        sign, limit = re.match(r"(>=|<)(.*)", bound).groups()
        if (have >= numbers(limit)) != (sign == ">="):
            print(requirement)
            break
"""


def requirements(tests):
    """The lines of the lists that pip installs, without comments."""
    lines = []
    for name in LISTS[tests]:
        for line in (places.NOTEBOOKS / name).read_text(encoding="utf-8").splitlines():
            line = line.split("#")[0].strip()
            if line:
                lines.append(line.replace(" ", ""))
    return lines


def missing(python, wanted):
    """Which of the wanted packages that Python lacks; all of them where it cannot be asked."""
    try:
        asked = subprocess.run(
            [str(python), "-c", ASK, *wanted], capture_output=True, text=True, timeout=120
        )
    except (OSError, subprocess.SubprocessError):
        return list(wanted)
    return asked.stdout.split() if asked.returncode == 0 else list(wanted)


class PythonEnv:
    """Which Python will run the lessons, and whether something must be installed for it first."""

    def __init__(self, tests=False, environment=None):
        self.environment = os.environ if environment is None else environment
        self.tests = tests
        self.wanted = requirements(tests)
        self.conda = self._conda_python()
        self.python = self.conda or venv_python()
        self.stamp = places.SETUP / "venv.json"

    def _conda_python(self):
        prefix = self.environment.get("CONDA_PREFIX")
        if not prefix:
            return None
        for name in ("bin/python", "python.exe"):
            python = Path(prefix) / name
            if python.exists() and not missing(python, self.wanted):
                return python
        return None

    @property
    def ready(self):
        return self.conda is not None or self._stamped() >= set(self.wanted)

    @property
    def begun(self):
        """Whether the venv holds what the lessons need, though perhaps not what the tests need."""
        return self._stamped() >= set(requirements(tests=False))

    def _stamped(self):
        """What the venv is known to hold; empty where it was not finished, was moved, or its Python is gone."""
        try:
            stamp = json.loads(self.stamp.read_text(encoding="utf-8"))
            if stamp["venv"] == str(places.VENV) and venv_python().exists():
                return set(stamp["packages"])
        except (OSError, ValueError, KeyError):
            pass
        return set()

    def install(self):
        """Makes the venv and fills it; on failure nothing of a new one is left behind."""
        known = self._stamped()
        fresh = not known
        try:
            if fresh:
                shutil.rmtree(places.VENV, ignore_errors=True)
                self._make()
            self._pip()
        except BaseException:
            if fresh:
                shutil.rmtree(places.VENV, ignore_errors=True)
            raise
        self.stamp.write_text(
            json.dumps({"venv": str(places.VENV), "packages": sorted(known | set(self.wanted))}, indent=1),
            encoding="utf-8",
        )

    def _make(self):
        made = subprocess.run(
            [sys.executable, "-m", "venv", str(places.VENV)], capture_output=True, text=True
        )
        if made.returncode:
            if shutil.disk_usage(places.SETUP).free < LEAST_FREE_BYTES:
                raise Trouble(f"The disk of {places.shown(places.SETUP)} is full: free 500 MB and run this again.")
            raise Trouble(
                f"Python {sys.version.split()[0]} cannot make a virtual environment: install its venv module"
                " (Debian and Ubuntu: apt install python3-venv) and run this again."
            )

    def _pip(self):
        log = places.SETUP / "pip.log"
        lists = [argument for name in LISTS[self.tests] for argument in ("-r", str(places.NOTEBOOKS / name))]
        command = [str(venv_python()), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
        command += lists
        line = Line()
        line.show("Python packages: asking for the list …")
        fetched = 0
        with open(log, "w", encoding="utf-8") as kept:
            environment = {"PIP_RETRIES": "2", **os.environ}
            pip = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
            )
            for text in pip.stdout:
                kept.write(text)
                if text.startswith("Collecting "):
                    fetched += 1
                    line.show(f"Python packages: {fetched} found, {text.split()[1]} …")
                elif text.startswith("Installing collected"):
                    line.show(f"Python packages: installing {fetched} …")
            status = pip.wait()
        if status == 0:
            line.end(f"Python packages: {fetched} installed in {places.shown(places.VENV)}")
            return
        line.end("Python packages: not installed")
        said = log.read_text(encoding="utf-8", errors="replace")
        if "No space left" in said:
            raise Trouble(f"The disk of {places.shown(places.SETUP)} is full: free 500 MB and run this again.")
        if NO_NETWORK.search(said):
            raise Trouble(
                "The first set-up downloads Python packages and there is no network:"
                " connect this machine, or set pip's proxy, and run this again."
            )
        error = [text for text in said.splitlines() if text.startswith("ERROR")]
        raise Trouble(
            f"pip could not install the Python packages ({error[-1][7:] if error else 'no reason given'}):"
            f" read {places.shown(log)}, mend the cause and run this again."
        )


def venv_python():
    """The interpreter of our own venv."""
    return places.VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def fingerprint(paths):
    """A hash of what the files hold and how they are called; the same files in any order give the same hash."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(path.relative_to(places.ROOT).as_posix().encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
