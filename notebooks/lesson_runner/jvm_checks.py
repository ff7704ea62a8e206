"""What must be tried in a JVM before the first lesson: a font for figures, the engine's native libraries."""

import json
import os
import re
import subprocess
from pathlib import Path

from . import build, places
from .screen import Line
from .trouble import Trouble

HERE = Path(__file__).resolve().parent
STAMP = places.SETUP / "jvm.json"
FONT_FOLDERS = ("/etc/fonts", "/usr/share/fonts", "/usr/local/share/fonts", "/opt/conda/fonts")


def libraries():
    """The folders where the engine has unpacked the libraries of the versions that pom.xml names."""
    pom = (places.ROOT / "pom.xml").read_text(encoding="utf-8")
    djl = re.search(r"<djl.version>(.*?)<", pom).group(1)
    pytorch = re.search(r"<pytorch.version>(.*?)<", pom).group(1)
    cache = Path(os.environ.get("DJL_CACHE_DIR") or places.home() / ".djl.ai") / "pytorch"
    found = []
    for folder in cache.glob(f"{pytorch}*"):
        if list(folder.glob("*torch_cpu*")) and list(folder.glob(f"{djl}-*djl_torch*")):
            found.append(folder)
    return found


def font(jdk, environment):
    """Raises Trouble where Java finds no font; asks again only when the JDK or the installed fonts changed."""
    key = [str(jdk.java), environment.get("FONTCONFIG_FILE", ""), environment.get("FONTCONFIG_PATH", "")]
    for folder in FONT_FOLDERS:
        key.append(os.stat(folder).st_mtime if os.path.isdir(folder) else 0)
    try:
        if json.loads(STAMP.read_text(encoding="utf-8")).get("font") == key:
            return
    except (OSError, ValueError):
        pass
    command = [str(jdk.java), "-Djava.awt.headless=true", "-Xshare:auto", str(HERE / "FontCheck.java")]
    tried = subprocess.run(command, capture_output=True, text=True, env=environment)
    if tried.returncode:
        raise Trouble(
            "Java finds no font to draw figures with: install fontconfig and a font"
            " (Debian and Ubuntu: apt install fontconfig fonts-dejavu-core) and run this again."
        )
    STAMP.write_text(json.dumps({"font": key}), encoding="utf-8")


def engine(jdk, environment):
    """Unpacks the engine's libraries where they are not yet."""
    if libraries():
        return
    line = Line()
    line.show("Engine: unpacking its libraries …")
    command = [
        str(jdk.java),
        "--enable-native-access=ALL-UNNAMED",
        "-Dai.djl.offline=true",
        "-cp",
        os.pathsep.join(build.class_path("llm-threads")),
        str(HERE / "EngineCheck.java"),
    ]
    tried = subprocess.run(command, capture_output=True, text=True, env=environment)
    if tried.returncode == 0:
        line.end(f"Engine: PyTorch {tried.stdout.strip().splitlines()[-1]} unpacked and tried")
        return
    line.end("Engine: not ready")
    said = tried.stdout + tried.stderr
    if "No space left" in said:
        raise Trouble(f"The disk of {places.shown(places.home() / '.djl.ai')} is full: free 1 GB and run this again.")
    cause = [text for text in said.splitlines() if "Caused by" in text or "Exception" in text]
    raise Trouble(
        f"The engine's native libraries could not be loaded ({cause[-1].strip() if cause else 'no reason given'}):"
        " the README names the systems they exist for."
    )
