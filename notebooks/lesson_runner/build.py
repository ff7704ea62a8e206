"""Builds the three modules with Maven when their sources changed, and knows the class path of the lessons."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from . import places
from .python_env import fingerprint
from .screen import Line
from .trouble import Trouble

STAMP = places.NOTEBOOKS / "target" / "built.json"
NO_NETWORK = re.compile(
    r"Unknown host|Network is unreachable|Temporary failure in name resolution|Name or service not known"
    r"|Connect(ion)? timed out|Connection refused|offline mode|No route to host"
)
OFFLINE = re.compile(r"offline mode")
#: Libraries of the kernel that cells see too: Gson is part of what it offers them, IJava's notebooks import commons-lang3, and
#: the shared module's libraries log by slf4j.
SEEN = {"java": ("gson-", "error_prone_annotations-", "commons-lang3-")}
SEEN["llm-threads"] = (*SEEN["java"], "slf4j-api-")


def poms():
    return [places.ROOT / "pom.xml", *(places.ROOT / name / "pom.xml" for name in ("kernel", "src", "notebooks"))]


def sources():
    """Every file that what the lessons run is made of."""
    found = poms()
    for folder in ("kernel/src/main", "src/main", "notebooks/src/main"):
        folder = places.ROOT / folder
        found += [path for path in folder.rglob("*") if path.is_file()]
    return found


def up_to_date():
    """Whether what stands in the target folders was built from the sources as they are now."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return stamp.get("sources") == fingerprint(sources()) and not _absent()


def _absent():
    """What the class paths name and is not there."""
    for file in places.CLASS_PATHS.values():
        if not file.exists():
            return [file]
    return [path for path in places.JARS + _libraries("llm-threads") + _libraries("java") if not path.exists()]


def _libraries(kernel):
    text = places.CLASS_PATHS[kernel].read_text(encoding="utf-8").strip()
    return [Path(entry) for entry in text.split(os.pathsep) if entry]


def class_path(kernel):
    """What that kernel's JVM loads: the jar of the kernel alone or those of all three modules, then the libraries."""
    jars = places.JARS if kernel == "llm-threads" else places.JARS[-1:]
    return [str(path) for path in [*jars, *_libraries(kernel)]]


def own_libraries(kernel):
    """Those of the class path that only the kernel needs, so that cells do not see them."""
    own = {path for path in _libraries("java") if not path.name.startswith(SEEN[kernel])}
    return [str(path) for path in _libraries(kernel) if path in own]


def stamp():
    """Takes the jars that Maven has built and notes that they belong to the sources as they are now."""
    for built, jar in places.BUILT_JARS.items():
        if built.exists() and not (jar.exists() and _same(built.stat(), jar.stat())):
            jar.parent.mkdir(parents=True, exist_ok=True)
            fresh = jar.with_suffix(".new")
            shutil.copy2(built, fresh)
            # A kernel that runs keeps the old file; one that Maven wrote over would end it.
            os.replace(fresh, jar)
    absent = _absent()
    if absent:
        raise Trouble(f"The modules are not built ({places.shown(absent[0])} is missing): run mvn package first.")
    STAMP.write_text(json.dumps({"sources": fingerprint(sources()), "poms": fingerprint(poms())}), encoding="utf-8")


def _same(one, other):
    return (one.st_size, one.st_mtime) == (other.st_size, other.st_mtime)


def maven(environment):
    """Where Maven is."""
    found = shutil.which("mvn", path=environment.get("PATH", ""))
    if not found and environment.get("CONDA_PREFIX"):
        found = shutil.which("mvn", path=str(Path(environment["CONDA_PREFIX"]) / "bin"))
    if not found:
        raise Trouble(
            "LLM Threads is built with Maven 3.8 or newer and mvn is not on the PATH: install it"
            " (Debian and Ubuntu: apt install maven; macOS: brew install maven) and run this again."
        )
    return found


def build(jdk, environment):
    """Compiles the modules; without the network where the libraries are known to be there."""
    STAMP.unlink(missing_ok=True)
    # Who tries a change of their own in a lesson is not held up by the checks of style: mvn verify has them.
    unchecked = ["-Dmaven.test.skip", "-Dexec.skip", "-Denforcer.skip"]
    command = [maven(environment), "-B", *unchecked, "-f", str(places.ROOT / "pom.xml"), "package"]
    settled = places.SETUP / "maven.json"
    known = settled.exists() and json.loads(settled.read_text(encoding="utf-8")).get("poms") == fingerprint(poms())
    status, said = _maven([*command, "-o"] if known else command, jdk, environment)
    if status and known and OFFLINE.search(said):
        status, said = _maven(command, jdk, environment)
    if status:
        raise _trouble(said)
    stamp()
    settled.write_text(json.dumps({"poms": fingerprint(poms())}), encoding="utf-8")


def _maven(command, jdk, environment):
    environment = {**environment, "JAVA_HOME": str(jdk.home), "JAVA25_HOME": str(jdk.home)}
    log = places.SETUP / "maven.log"
    line = Line()
    line.show("Maven: building the kernel, the shared module and the lessons' glue …")
    fetched, said = 0, []
    with open(log, "w", encoding="utf-8") as kept:
        run = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", env=environment
        )
        for text in run.stdout:
            kept.write(text)
            if text.startswith("[INFO] Downloaded from"):
                fetched += 1
                line.show(f"Maven: {fetched} files fetched …")
            elif text.startswith("[INFO] Building "):
                line.show(f"Maven: {text[16:].split('  ')[0].strip()} …")
            elif "Download" not in text:
                said.append(text)
        status = run.wait()
    line.end(f"Maven: {'built' if status == 0 else 'not built'}{f', {fetched} files fetched' if fetched else ''}")
    return status, "".join(said)


def _trouble(said):
    log = places.shown(places.SETUP / "maven.log")
    if "No space left" in said:
        return Trouble("The disk is full: free 1 GB where the checkout and ~/.m2 are and run this again.")
    if NO_NETWORK.search(said):
        return Trouble(
            "The first set-up downloads Java libraries with Maven and there is no network:"
            " connect this machine, or set a proxy in ~/.m2/settings.xml, and run this again."
        )
    return Trouble(f"Maven could not build the modules ({_cause(said)}): read {log}, mend it and run this again.")


def _cause(said):
    """The line that tells most: the first that names a Java file, else the first error."""
    lines = [text.strip() for text in said.splitlines()]
    telling = [text for text in lines if re.match(r"\[(ERROR|WARNING)\] .*\.java:", text)]
    errors = [text for text in lines if text.startswith("[ERROR]")]
    found = (sorted(telling) or errors or ["no reason given"])[0]
    return re.sub(r"^\[\w+\] ", "", found).replace(f"{places.ROOT}{os.sep}", "")
