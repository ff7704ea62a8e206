"""What a cell declares: the variables with their types, their values and where these stand."""

import re

from .literals import BOXED

DECLARATION = re.compile(
    r"(?m)^[ \t]*(?:final\s+)?(?P<type>[A-Za-z][\w.]*(?:<[\w.<>,\[\] ]+>)?(?:\[\])*)\s+(?P<name>[A-Za-z_]\w*)\s*=\s*"
)


class Declaration:
    """One variable: its type, its name, where its value stands in the source, and the comment behind it."""

    def __init__(self, java_type, name, start, end, source):
        self.type = java_type
        self.name = name
        self.start = start
        self.end = end
        self.value = source[start:end].strip()
        comment = re.match(r"[;,][^\n]*?//[ \t]*([^\n]*)", source[end:])
        self.comment = comment.group(1).strip() if comment else ""
        if java_type == "var":
            self.type = _type_of(self.value)


def declared(source):
    """The declarations of the source, by name, in their order."""
    found = {}
    for match in DECLARATION.finditer(source):
        if match.group("type") in ("return", "import", "package"):
            continue
        end = _end_of_value(source, match.end())
        if end is not None:
            name = match.group("name")
            found[name] = Declaration(match.group("type"), name, match.end(), end, source)
    return found


def _type_of(value):
    """The type of `var` with this value, or `var` where only a compiler would know."""
    if value.startswith('"'):
        return "String"
    if value in ("true", "false"):
        return "boolean"
    if re.fullmatch(r"[+-]?[\d_]+[lL]", value):
        return "long"
    if re.fullmatch(r"[+-]?[\d_]+", value):
        return "int"
    if re.fullmatch(r"[+-]?[\d_.]+([eE][+-]?\d+)?[fF]?", value):
        return "float" if value[-1] in "fF" else "double"
    made = re.match(r"new\s+(\w+)\[\]", value)
    if made:
        return made.group(1) + "[]"
    listed = re.match(r"(List|Set)\.of\((.*)\)$", value, re.DOTALL)
    if listed:
        inner = _type_of(listed.group(2).split(",")[0].strip())
        return f"{listed.group(1)}<{BOXED.get(inner, inner)}>"
    return "var"


def _end_of_value(source, start):
    """Where the value ends: at a semicolon or comma outside of text, brackets and comments."""
    depth, position = 0, start
    while position < len(source):
        character = source[position]
        if character == '"':
            position += 1
            while position < len(source) and source[position] != '"':
                position += 2 if source[position] == "\\" else 1
        elif source.startswith("//", position):
            position = source.find("\n", position)
            if position < 0:
                return None
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character in ";," and depth == 0:
            return position
        position += 1
    return None
