"""The one way in which a command ends badly: a sentence that says what to do."""

import errno


class Trouble(Exception):
    """What went wrong and the way out, in one sentence; the command prints it and ends with status 1."""


def from_os_error(error):
    """The sentence for an error of the operating system that nobody foresaw closer to its cause."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        where = f" of {error.filename}" if error.filename else ""
        return Trouble(f"The disk{where} is full: free some space and run this again.")
    return Trouble(f"{error.strerror or error}{': ' + str(error.filename) if error.filename else ''}.")
