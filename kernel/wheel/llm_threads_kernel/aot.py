"""Starts a kernel's JVM with an ahead-of-time cache, and has the cache made where there is none.

    python -I -S aot.py JAVA OPTION… -cp JARS MAIN_CLASS CONNECTION_FILE

The cache holds the classes of a start, loaded and linked, and which of their methods were hot. It serves one JDK, one class
path and one set of options, so its name is a digest of them: when one of them changes there is no file of that name, the JVM
starts without one, and a process in the background makes it from a run of the class `Training` beside the main class. Caches
lie where the system keeps those of programs. LLM_THREADS_AOT names another folder; if it is empty, no cache is used or made.
"""

import hashlib
import os
import sys
import time

VARIABLE = "LLM_THREADS_AOT"
#: Where the JVM looks for more options.
OPTION_VARIABLES = ("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS")
#: A debugger and other agents change classes while they are loaded, so the JVM takes none from a cache beside them.
AGENTS = ("-agentlib:", "-agentpath:", "-javaagent:")
UNUSED_SECONDS = 30 * 24 * 3600
#: How long an unfinished cache is taken for one that is being made.
UNFINISHED_SECONDS = 3600
TRAINING_SECONDS = 600


class Cache:
    """The cache of a command that ends with a main class and leaves its argument away; None as file where it can have none."""

    def __init__(self, command):
        self.command = command
        self.file = None
        home, settings = folder(), [*command, *(os.environ.get(name, "") for name in OPTION_VARIABLES)]
        if home and not any(agent in setting for agent in AGENTS for setting in settings):
            states = [_state(path) for path in _files(command)]
            if all(states):
                self.file = os.path.join(home, f"{_digest(settings)}-{_digest(states)}.aot")

    def exists(self):
        return self.file is not None and os.path.exists(self.file)

    @property
    def unfinished(self):
        """The folder in which it is made."""
        return f"{self.file}.new"

    @property
    def log(self):
        """What the training has said."""
        return os.path.join(self.unfinished, "log")

    def touch(self):
        """Notes that it is in use still."""
        try:
            os.utime(self.file)
        except OSError:
            pass  # It lies where this user may only read.

    def used(self):
        """The command that uses it."""
        return [self.command[0], f"-XX:AOTCache={self.file}", *self.command[1:]]

    def train(self):
        """Makes it, unless another process does; what was made for older states of the same files goes."""
        import subprocess

        if not self._begin():
            return
        java, *options, main = self.command
        made = os.path.join(self.unfinished, "cache")
        training = [java, f"-XX:AOTCacheOutput={made}", *options, main.rpartition(".")[0] + ".Training"]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("IJAVA_")}
        environment["LLM_THREADS_HISTORY"] = ""
        with open(self.log, "wb") as log:
            try:
                subprocess.run(
                    training, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, timeout=TRAINING_SECONDS, check=True
                )
                os.replace(made, self.file)
            except (OSError, subprocess.SubprocessError) as error:
                # The folder stays, so that it is not tried again at once, and says why.
                log.write(f"{error}\n".encode("utf-8"))
                return
        _remove(self.unfinished)
        self._remove_old()

    def _begin(self):
        """Whether this process is the one to make it."""
        os.makedirs(folder(), exist_ok=True)
        try:
            if time.time() - os.stat(self.unfinished).st_mtime > UNFINISHED_SECONDS:
                _remove(self.unfinished)
        except FileNotFoundError:
            pass
        try:
            os.mkdir(self.unfinished)
        except FileExistsError:
            return False
        if self.exists():
            _remove(self.unfinished)
            return False
        return True

    def train_later(self):
        """Has it made by a process in the background that gives way to others."""
        import subprocess

        subprocess.Popen(
            [sys.executable, "-I", "-S", os.path.abspath(__file__), "--train", *self.command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _remove_old(self):
        mine = os.path.basename(self.file)
        for entry in os.scandir(folder()):
            same = entry.name.startswith(mine.partition("-")[0]) and not entry.name.startswith(mine)
            if same or time.time() - entry.stat().st_mtime > UNUSED_SECONDS:
                _remove(entry.path)


def folder():
    """Where caches lie; empty for none."""
    if VARIABLE in os.environ:
        return os.environ[VARIABLE]
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
    elif sys.platform == "darwin":
        base = os.path.join(home, "Library", "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")
    return os.path.join(base, "llm-threads-kernel")


def _files(command):
    """What the JVM takes classes from: the JDK's own and the class path."""
    home = os.path.dirname(os.path.dirname(os.path.realpath(command[0])))
    jars = command[command.index("-cp") + 1].split(os.pathsep)
    return [os.path.join(home, "release"), os.path.join(home, "lib", "modules"), *jars]


def _state(path):
    """What changes when a file does; empty for a folder, of which a JVM caches nothing, and for what is not there."""
    if not os.path.isfile(path):
        return ""
    found = os.stat(path)
    return f"{path} {found.st_size} {found.st_mtime_ns}"


def _remove(path):
    import shutil

    try:
        shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)
    except OSError:
        pass  # A kernel may still use it, or another process was faster.


def _digest(texts):
    return hashlib.sha256("\0".join(texts).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def start(command):
    """Becomes the JVM that runs the command, which ends with a main class and the connection file."""
    *trained, connection_file = command
    cache = Cache(trained)
    if cache.exists():
        cache.touch()
        _become([*cache.used(), connection_file])
    if cache.file:
        cache.train_later()
    _become(command)


def _become(command):
    try:
        if os.name == "nt":
            # There, exec would start another process and end the one that Jupyter watches.
            import subprocess

            sys.exit(subprocess.call(command))
        os.execv(command[0], command)
    except OSError as error:
        sys.exit(f"The kernel cannot start: {command[0]} does not run ({error.strerror}). Install the kernel anew.")


def _train(command):
    if hasattr(os, "nice"):
        os.nice(19)
    cache = Cache(command)
    if cache.file:
        cache.train()


if __name__ == "__main__":
    _train(sys.argv[2:]) if sys.argv[1] == "--train" else start(sys.argv[1:])
