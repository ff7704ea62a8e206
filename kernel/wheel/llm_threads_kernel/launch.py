"""Finds the JDK 25 among those installed; run as a program, it puts that JDK's `java` in its own place.

A kernelspec holds a copy of this file and of aot.py and starts it with `java`'s arguments, so it needs the standard library
alone; a class path of the form `FOLDER/**` stands for the jars there and in the folders below.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

WANTED = 25


class NoJdk(Exception):
    """That there is no JDK to start, and the way out, in one sentence."""


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

    @property
    def flags(self):
        """What this JDK's `java` must be told."""
        return ["-XX:+UseParallelGC"] if self.moves_pinned_objects else []


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


def homes(environment, prefix=sys.prefix):
    """Where a JDK may be, the user's own choices first; `prefix` is this Python's environment."""
    for name in ("JAVA_HOME", "JAVA25_HOME", "JAVA_HOME_25_X64", "JAVA_HOME_25_ARM64"):
        if environment.get(name):
            yield Path(environment[name])
    own = prefix if (Path(prefix) / "conda-meta").is_dir() else None
    for conda in dict.fromkeys(filter(None, (environment.get("CONDA_PREFIX"), own))):
        yield from (Path(conda, "lib", "jvm"), Path(conda), Path(conda, "Library", "lib", "jvm"))
    java = shutil.which("java", path=environment.get("PATH", ""))
    if java:
        yield Path(java).resolve().parent.parent
    home = Path(os.path.expanduser("~"))
    usual = [
        "/usr/lib/jvm",
        "/usr/java",
        "/opt",
        "/opt/java",
        "/opt/homebrew/opt",
        "/usr/local/opt",
        "/Library/Java/JavaVirtualMachines",
        str(home / "Library/Java/JavaVirtualMachines"),
        str(home / ".sdkman/candidates/java"),
        str(home / ".jdks"),
        str(home / ".asdf/installs/java"),
        str(home / ".local/share/mise/installs/java"),
    ]
    for folder in environment.get("LLM_THREADS_JDK_FOLDERS", os.pathsep.join(usual)).split(os.pathsep):
        try:
            found = sorted(path for path in Path(folder).iterdir() if path.is_dir())
        except OSError:
            continue
        for path in found:
            yield from (path, path / "Contents" / "Home", path / "libexec" / "openjdk.jdk" / "Contents" / "Home")


def find(environment=None, or_newer=False):
    """The first JDK 25, else the oldest newer one where that will do; raises NoJdk with what was found instead."""
    environment = os.environ if environment is None else environment
    others = {}
    for home in homes(environment):
        version = version_of(home)
        if version and version[0] == WANTED:
            return Jdk(home, version)
        if version:
            others.setdefault(version[0], Jdk(home, version))
    newer = [number for number in others if number > WANTED]
    if or_newer and newer:
        return others[min(newer)]
    found = f" (found only JDK {', '.join(map(str, sorted(others)))})" if others else ""
    raise NoJdk(
        f"LLM Threads needs a JDK {WANTED} and found none{found}: install one, from https://adoptium.net for example,"
        " or set JAVA_HOME to the folder where it is, and try again."
    )


def main(arguments):
    """Becomes `java` with these arguments; returns the exit status where there is no JDK."""
    try:
        jdk = find(or_newer=True)
    except NoJdk as sentence:
        print(sentence, file=sys.stderr)
        return 1
    command = [str(jdk.java), *jdk.flags, *map(_jars, arguments)]
    # It lies beside this file, where an isolated Python does not look.
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import aot

    aot.start(command)


def _jars(argument):
    """`FOLDER/**` as the jars in it and below it by their names; other arguments as they are."""
    if not argument.endswith("/**"):
        return argument
    return os.pathsep.join(sorted(map(str, Path(argument[:-3]).rglob("*.jar"))))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
