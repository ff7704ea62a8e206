"""One run at a time in one checkout."""

import os

from . import places
from .trouble import Trouble

try:
    import fcntl
except ImportError:
    fcntl = None


class Lock:
    """Held from `with` to its end; the operating system frees it when the holder dies, so it never goes stale."""

    def __init__(self, path=places.LOCK):
        self.path = path
        self.file = None

    def __enter__(self):
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.file = open(self.path, "a+", encoding="utf-8")
        if fcntl is None:
            raise Trouble("On Windows the lessons run in WSL: open its terminal and run this there.")
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.file.seek(0)
            holder = self.file.read().strip()
            self.file.close()
            raise Trouble(
                f"Another run{' (process ' + holder + ')' if holder else ''} is at work in this checkout:"
                " wait until it has finished, or end it, and run this again."
            ) from None
        self.file.truncate(0)
        self.file.write(str(os.getpid()))
        self.file.flush()
        return self

    def __exit__(self, *_):
        self.file.close()

    def keep_open(self):
        """Lets a program that takes this process's place (exec) go on holding the lock."""
        os.set_inheritable(self.file.fileno(), True)
