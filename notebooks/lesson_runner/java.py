"""Finds the JDK 25 among those installed."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from . import places
from .trouble import Trouble

WANTED = 25


class Jdk:
    """A JDK: its home folder and its version as numbers, (25, 0, 3)."""

    def __init__(self, home, version):
        self.home = Path(home)
        self.version = version

    @property
    def java(self):
        return self.home / "bin" / ("java.exe" if os.name == "nt" else "java")

    @property
    def moves_pinned_objects(self):
        """Whether G1 of this JDK may move an object that native code holds (JDK-8377811, mended in 25.0.3)."""
        return self.version < (25, 0, 3)


def version_of(home):
    """The version that the folder's `release` file or its `java -version` names, or None where there is no JDK."""
    home = Path(home)
    javac = home / "bin" / ("javac.exe" if os.name == "nt" else "javac")
    if not javac.exists():
        return None
    try:
        text = (home / "release").read_text(encoding="utf-8", errors="replace")
        found = re.search(r'JAVA_VERSION="?([0-9][0-9._]*)', text)
    except OSError:
        found = None
    if not found:
        try:
            asked = subprocess.run(
                [str(home / "bin" / "java"), "-version"], capture_output=True, text=True, timeout=60
            )
            found = re.search(r'version "([0-9][0-9._]*)', asked.stderr + asked.stdout)
        except (OSError, subprocess.SubprocessError):
            found = None
    if not found:
        return None
    return tuple(int(part) for part in re.split(r"[._]", found.group(1)) if part)


def homes(environment):
    """Where a JDK may be, the user's own choices first."""
    for name in ("JAVA_HOME", "JAVA25_HOME", "JAVA_HOME_25_X64", "JAVA_HOME_25_ARM64"):
        if environment.get(name):
            yield Path(environment[name])
    if environment.get("CONDA_PREFIX"):
        conda = Path(environment["CONDA_PREFIX"])
        yield from (conda / "lib" / "jvm", conda, conda / "Library" / "lib" / "jvm")
    java = shutil.which("java", path=environment.get("PATH", ""))
    if java:
        yield Path(java).resolve().parent.parent
    usual = [
        "/usr/lib/jvm",
        "/usr/java",
        "/opt",
        "/opt/java",
        "/opt/homebrew/opt",
        "/usr/local/opt",
        "/Library/Java/JavaVirtualMachines",
        str(places.home() / "Library/Java/JavaVirtualMachines"),
        str(places.home() / ".sdkman/candidates/java"),
        str(places.home() / ".jdks"),
        str(places.home() / ".asdf/installs/java"),
        str(places.home() / ".local/share/mise/installs/java"),
    ]
    for folder in environment.get("LLM_THREADS_JDK_FOLDERS", os.pathsep.join(usual)).split(os.pathsep):
        try:
            found = sorted(path for path in Path(folder).iterdir() if path.is_dir())
        except OSError:
            continue
        for path in found:
            yield from (path, path / "Contents" / "Home", path / "libexec" / "openjdk.jdk" / "Contents" / "Home")


def find(environment=None):
    """The first JDK 25; raises Trouble with what was found instead."""
    environment = os.environ if environment is None else environment
    others = []
    for home in homes(environment):
        version = version_of(home)
        if version and version[0] == WANTED:
            return Jdk(home, version)
        if version and version[0] not in others:
            others.append(version[0])
    found = f" (found only JDK {', '.join(map(str, sorted(others)))})" if others else ""
    raise Trouble(
        f"LLM Threads needs a JDK {WANTED} and found none{found}: install one, from https://adoptium.net for example,"
        " or set JAVA_HOME to the folder where it is, and run this again."
    )
