"""Teaches papermill Java: `papermill in.ipynb out.ipynb -p workers 4` and parameter files, for notebooks of language java.

papermill has no entry point for translators. It imports those of its group `papermill.engine` when it starts, so this
module is named there, with the engine that papermill uses anyway.
"""

from contextvars import ContextVar

from papermill.engines import NBClientEngine
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators

from . import declarations
from .literals import literal, type_of

__all__ = ["JavaTranslator", "NBClientEngine"]

#: papermill asks what the tagged cell declares and then has the values written, and hands nothing from one to the other.
_declared = ContextVar("declared", default=None)


class JavaTranslator(Translator):
    """Declares each parameter anew, as what the tagged cell declares it, else as what suits its value.

    So 1 stays a double where the notebook says `double heat = 0.7;`. A value that the type cannot hold ends papermill
    with a sentence before the notebook runs.
    """

    @classmethod
    def inspect(cls, parameters_cell):
        known = declarations.declared(parameters_cell["source"])
        _declared.set(known)
        return [Parameter(each.name, each.type, each.value, each.comment) for each in known.values()]

    @classmethod
    def codify(cls, parameters, comment="Parameters"):
        known = _declared.get() or {}
        _declared.set(None)
        lines = [cls.comment(comment)]
        for name, value in parameters.items():
            java_type = known[name].type if name in known else "var"
            java_type = type_of(value) if java_type == "var" else java_type
            lines.append(f"{java_type} {name} = {literal(java_type, value, name)};")
        return "\n".join(lines) + "\n"

    @classmethod
    def translate(cls, value):
        return literal(type_of(value), value, "given")

    @classmethod
    def comment(cls, text):
        return f"// {text}".strip()


papermill_translators.register("java", JavaTranslator)
