"""Values as Java literals: of the type that a variable is declared with, or of the type that suits the value.

A value is what JSON and YAML know, or its text as a command line gives it: "1,2,4" is a list where a list is wanted.
"""

import re

#: Least, greatest, and what ends the literal.
INTEGERS = {
    "int": (-(2**31), 2**31 - 1, ""),
    "Integer": (-(2**31), 2**31 - 1, ""),
    "long": (-(2**63), 2**63 - 1, "L"),
    "Long": (-(2**63), 2**63 - 1, "L"),
    "short": (-(2**15), 2**15 - 1, ""),
}
#: The greatest, and what ends the literal.
DECIMALS = {
    "double": (1.7976931348623157e308, ""),
    "Double": (1.7976931348623157e308, ""),
    "float": (3.4028234663852886e38, "f"),
    "Float": (3.4028234663852886e38, "f"),
}
BOXED = {"int": "Integer", "long": "Long", "double": "Double", "float": "Float", "boolean": "Boolean", "short": "Short"}
#: javac takes 65,535 bytes of a constant, and a character of Python's has up to six.
LONGEST_CONSTANT = 10_000
ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class NoLiteral(ValueError):
    """Which parameter wants what, and what it was given instead, in one sentence."""


def literal(java_type, value, name):
    """The value as a Java expression of that type; raises NoLiteral, naming the parameter, where it is none."""
    if java_type == "Object":
        java_type = type_of(value)
    if value is None:
        if java_type in BOXED:
            raise NoLiteral(f"Parameter {name} is of type {java_type}, which has no null.")
        return "null"
    array = re.fullmatch(r"(.+)\[\]", java_type)
    if array:
        return f"new {array.group(1)}[] {{{', '.join(_literals(array.group(1), value, name))}}}"
    generic = re.fullmatch(r"(?:java\.util\.)?(\w+)<(.+)>", java_type)
    if generic and generic.group(1) in ("List", "Collection", "Iterable"):
        return _list(generic.group(2), value, name)
    if generic and generic.group(1) == "Set":
        return f"Set.of({', '.join(dict.fromkeys(_literals(generic.group(2), value, name)))})"
    if generic and generic.group(1) in ("Map", "LinkedHashMap"):
        return _map(*_arguments(generic.group(2)), value, name)
    if java_type in INTEGERS:
        return _integer(java_type, value, name)
    if java_type == "BigInteger":
        return f'new BigInteger("{_digits(value, name)}")'
    if java_type in DECIMALS:
        return _decimal(java_type, value, name)
    if java_type in ("boolean", "Boolean"):
        text = str(value).strip().lower() if isinstance(value, bool) else str(value).strip()
        if text in ("true", "false"):
            return text
        raise NoLiteral(f"Parameter {name} wants true or false, and {text!r} is neither.")
    if java_type in ("String", "CharSequence"):
        return _text(str(value))
    raise NoLiteral(
        f"Parameter {name} is of type {java_type}, which cannot be set from outside: change it in the notebook."
    )


def type_of(value):
    """The type that suits the value best."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        for java_type in ("int", "long"):
            low, high, _ = INTEGERS[java_type]
            if low <= value <= high:
                return java_type
        return "BigInteger"
    if isinstance(value, float):
        return "double"
    if isinstance(value, (list, tuple)):
        return f"List<{_common(value)}>"
    if isinstance(value, dict):
        return f"Map<{_common(value)}, {_common(value.values())}>"
    return "Object" if value is None else "String"


def _common(values):
    """The class of all of them that are not null."""
    types = {type_of(value) for value in values if value is not None}
    types = {BOXED.get(each, each) for each in types}
    if types == {"Integer", "Long"}:
        return "Long"
    if "Double" in types and types <= {"Integer", "Double"}:
        return "Double"
    return types.pop() if len(types) == 1 else "Object"


def _list(element, value, name):
    if isinstance(value, (list, tuple)) and None in value:
        # List.of refuses null, and a lone null would pass for no array.
        items = [f"({element}) null" if item is None else literal(element, item, name) for item in value]
        return f"Arrays.asList({', '.join(items)})"
    return f"List.of({', '.join(_literals(element, value, name))})"


def _map(key_type, value_type, value, name):
    """A map that keeps the order and may hold null."""
    if not isinstance(value, dict):
        raise NoLiteral(f"Parameter {name} wants a map such as {{a: 1}} in YAML, and {value!r} is none.")
    puts = [
        f"put({literal(key_type, key, name)}, {literal(value_type, each, name)});" for key, each in value.items()
    ]
    return f"new LinkedHashMap<{key_type}, {value_type}>() {{{{ {' '.join(puts)} }}}}"


def _arguments(text):
    """The two types between a map's angle brackets."""
    depth = 0
    for position, character in enumerate(text):
        depth += (character == "<") - (character == ">")
        if character == "," and depth == 0:
            return text[:position].strip(), text[position + 1 :].strip()
    return "Object", "Object"


def _literals(element, value, name):
    if not isinstance(value, (list, tuple)):
        text = str(value).strip()
        if text[:1] in "[{(" and text[-1:] in "]})":
            text = text[1:-1]
        value = [item.strip() for item in text.split(",") if item.strip()]
    return [literal(element, item, name) for item in value]


def _digits(value, name):
    text = str(value).strip().replace("_", "")
    if isinstance(value, bool) or not re.fullmatch(r"[+-]?[0-9]+", text):
        raise NoLiteral(f"Parameter {name} wants a whole number, and {str(value)!r} is none.")
    return int(text)


def _integer(java_type, value, name):
    low, high, suffix = INTEGERS[java_type]
    try:
        number = _digits(value, name)
    except NoLiteral:
        number = None
    if number is None or not low <= number <= high:
        raise NoLiteral(f"Parameter {name} wants a whole number from {low} to {high}, and {str(value)!r} is none.")
    return f"{number}{suffix}"


def _decimal(java_type, value, name):
    text = str(value).strip()
    greatest, suffix = DECIMALS[java_type]
    special = re.fullmatch(r"([+-]?)\.?(nan|inf|infinity)", text.lower())
    if special:
        infinity = "NEGATIVE_INFINITY" if special.group(1) == "-" else "POSITIVE_INFINITY"
        return f"{BOXED.get(java_type, java_type)}.{'NaN' if special.group(2) == 'nan' else infinity}"
    if not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", text):
        raise NoLiteral(f"Parameter {name} wants a number such as 0.7, and {text!r} is none.")
    if abs(float(text)) > greatest:
        raise NoLiteral(f"Parameter {name} is of type {java_type}, which is too small for {text}.")
    return text + (suffix if suffix or re.search(r"[.eE]", text) else ".0")


def _text(value):
    """A string literal; a long one is put together, since javac refuses long constants."""
    pieces = [value[at : at + LONGEST_CONSTANT] for at in range(0, len(value), LONGEST_CONSTANT)] or [""]
    quoted = ['"' + "".join(map(_character, piece)) + '"' for piece in pieces]
    return quoted[0] if len(quoted) == 1 else f'String.join("", {", ".join(quoted)})'


def _character(character):
    """As it is where it can be seen, else as an escape: UTF-8 knows no lone surrogate, and Java no newline."""
    if character in ESCAPES:
        return ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    if code < 0x80:
        return f"\\{code:03o}"
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
