"""The cell tagged `parameters`: what it declares, and how another value is written into it."""

import re

from .trouble import Trouble

TAG = "parameters"
DECLARATION = re.compile(
    r"(?m)^[ \t]*(?:final\s+)?(?P<type>[A-Za-z][\w.]*(?:<[\w.]+>)?(?:\[\])?)\s+(?P<name>[A-Za-z_]\w*)\s*=\s*"
)
INTEGERS = {
    "int": (-(2**31), 2**31 - 1, ""),
    "Integer": (-(2**31), 2**31 - 1, ""),
    "long": (-(2**63), 2**63 - 1, "L"),
    "Long": (-(2**63), 2**63 - 1, "L"),
    "short": (-(2**15), 2**15 - 1, ""),
}


class Parameter:
    """A declaration in the cell: its type, its name and where its value stands in the source."""

    def __init__(self, java_type, name, start, end, source):
        self.type = java_type
        self.name = name
        self.start = start
        self.end = end
        self.value = source[start:end].strip()
        if java_type == "var":
            self.type = _type_of(self.value)


def cell_of(notebook):
    """The cell tagged `parameters`, or None."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and TAG in cell.metadata.get("tags", []):
            return cell
    return None


def declared(source):
    """The parameters that the source declares, by name, in their order."""
    found = {}
    for match in DECLARATION.finditer(source):
        if match.group("type") in ("return", "import", "package"):
            continue
        end = _end_of_value(source, match.end())
        if end is not None:
            name = match.group("name")
            found[name] = Parameter(match.group("type"), name, match.end(), end, source)
    return found


def apply(notebook, changes, lesson):
    """Writes the changes (name to text or to a JSON value) into the lesson's cell; returns the literals written."""
    cell = cell_of(notebook)
    known = declared(cell.source) if cell else {}
    literals = {}
    for name, value in changes.items():
        if name not in known:
            has = f"it has {', '.join(known)}" if known else "it has none"
            raise Trouble(f"Lesson {lesson} has no parameter {name}: {has}.")
        literals[name] = literal(known[name].type, value, name)
    for parameter in sorted((known[name] for name in literals), key=lambda known: -known.start):
        text = literals[parameter.name]
        cell.source = cell.source[: parameter.start] + text + cell.source[parameter.end :]
    return literals


def literal(java_type, value, name):
    """The value as a Java literal of that type; raises Trouble with what the type wants."""
    element = re.fullmatch(r"(?:java\.util\.)?(?:List|Collection|Set)<([\w.]+)>|([\w.]+)\[\]", java_type)
    if element:
        inner = element.group(1) or element.group(2)
        items = [literal(inner, item, name) for item in _items(value)]
        if element.group(2):
            return f"new {inner}[] {{{', '.join(items)}}}"
        return f"{'Set' if 'Set<' in java_type else 'List'}.of({', '.join(items)})"
    text = str(value).lower() if isinstance(value, bool) else str(value).strip()
    if java_type in INTEGERS:
        low, high, suffix = INTEGERS[java_type]
        digits = text.replace("_", "")
        if re.fullmatch(r"[+-]?\d+", digits) and low <= int(digits) <= high:
            return f"{int(digits)}{suffix}"
        raise Trouble(f"Parameter {name} wants a whole number from {low} to {high}, and {text!r} is none.")
    if java_type in ("double", "Double", "float", "Float"):
        if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text):
            return text + ("f" if java_type.lower() == "float" else "" if re.search(r"[.eE]", text) else ".0")
        raise Trouble(f"Parameter {name} wants a number such as 0.7, and {text!r} is none.")
    if java_type in ("boolean", "Boolean"):
        if text in ("true", "false"):
            return text
        raise Trouble(f"Parameter {name} wants true or false, and {text!r} is neither.")
    if java_type == "String":
        escaped = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
        return f'"{escaped}"'
    raise Trouble(f"Parameter {name} is of type {java_type}, which cannot be set from outside: change it in the lesson.")


def _items(value):
    if isinstance(value, (list, tuple)):
        return value
    text = str(value).strip()
    if text[:1] in "[{(" and text[-1:] in "]})":
        text = text[1:-1]
    return [item.strip() for item in text.split(",") if item.strip()]


def _type_of(value):
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
        boxed = {"int": "Integer", "long": "Long", "double": "Double", "boolean": "Boolean", "float": "Float"}
        inner = _type_of(listed.group(2).split(",")[0].strip())
        return f"{listed.group(1)}<{boxed.get(inner, inner)}>"
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
