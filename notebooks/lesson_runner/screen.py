"""What a person sees while something takes long: one line that changes in place, or plain lines in a log."""

import shutil
import sys


class Line:
    """A line that is rewritten on a terminal; elsewhere only its first and its last text are printed."""

    def __init__(self, stream=None):
        self.stream = stream or sys.stdout
        self.in_place = self.stream.isatty()
        self.shown = None

    def show(self, text):
        if text == self.shown:
            return
        if self.in_place:
            width = max(20, shutil.get_terminal_size().columns - 1)
            self.stream.write("\r" + text[:width].ljust(width))
        elif self.shown is None:
            self.stream.write(text + "\n")
        self.stream.flush()
        self.shown = text

    def end(self, text):
        if self.in_place:
            self.show(text)
            self.stream.write("\n")
        else:
            self.stream.write(text + "\n")
        self.stream.flush()
        self.shown = None


def table(header, rows):
    """Lines of a table whose numbers stand flush right."""
    cells = [[str(value) for value in row] for row in [header, *rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    numeric = [
        all(isinstance(row[column], (int, float)) or _is_number(str(row[column])) for row in rows)
        for column in range(len(header))
    ]

    def line(row):
        parts = [
            value.rjust(width) if right else value.ljust(width)
            for value, width, right in zip(row, widths, numeric)
        ]
        return "  ".join(parts).rstrip()

    return [line(cells[0]), "  ".join("-" * width for width in widths), *map(line, cells[1:])]


def _is_number(text):
    return text.replace(".", "", 1).isdigit()
