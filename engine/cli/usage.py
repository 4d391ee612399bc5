"""Words typer's complaints about a command line in one sentence of the language in use."""

import re
from collections.abc import Sequence
from typing import Any

import typer

from engine.language import _, spoken

_EXTRA = "unexpected extra argument(s) ("
_ABOUT_FILES = {
    "does not exist": spoken("{file} does not exist"),
    "is a file": spoken("{file} is no folder"),
    "is a directory": spoken("{file} is a folder"),
    "is not readable": spoken("{file} may not be read"),
    "is not writable": spoken("{file} may not be written"),
}
_ABOUT_FILE = re.compile(rf"'(.*)' ({'|'.join(_ABOUT_FILES)})")


def usage_sentence(error: typer.TyperException) -> str:
    """Return the sentence, by the kind of typer's error; its classes are private."""
    found: Any = error
    kind = type(error).__name__
    if kind == "NoSuchOption":
        said = _("There is no option {name}.").format(name=found.option_name)
        return f"{said} {is_meant(found.possibilities)}".rstrip()
    if kind == "MissingParameter" and found.param is not None:
        return _("{name} is missing.").format(name=_name(found.param))
    if kind == "BadOptionUsage":
        none = "does not take" in error.message
        said = _("{name} takes no value.") if none else _("{name} needs a value.")
        return said.format(name=found.option_name)
    if isinstance(error, typer.BadParameter) and found.param is not None:
        return _("{name} cannot be used: {reason}.").format(
            name=_name(found.param),
            reason=_allowed(found.param, error.message) or error.message.rstrip("."),
        )
    _extra, extra, words = error.message.partition(_EXTRA)
    if extra:
        return _("This is too much: {words}.").format(words=words.rstrip(")"))
    return error.message if error.message.endswith(("?", ".")) else f"{error.message}."


def is_meant(near: Sequence[str] | None) -> str:
    """Return the question if the nearest name is meant; empty if none is near."""
    return _("Is {name} meant?").format(name=near[0]) if near else ""


def _name(parameter: Any) -> str:
    """Return the name as a person writes it: --option or ARGUMENT."""
    return str(parameter.opts[0]) if parameter.param_type_name == "option" else parameter.name


def _allowed(parameter: Any, message: str) -> str:
    """Return the allowed values, or what is wrong with a file; empty if unknown."""
    known = parameter.type_descriptor
    if known.is_path and (found := _ABOUT_FILE.search(message)):
        return _(_ABOUT_FILES[found[2]]).format(file=found[1])
    if known.is_choice and known.choices:
        words = ", ".join(str(getattr(one, "value", one)) for one in known.choices)
        return _("it must be one of {words}").format(words=words)
    least, most = parameter.min, parameter.max
    if least is not None and most is not None:
        return _("it must be a number from {least} to {most}").format(least=least, most=most)
    if least is not None:
        return _("it must be a number, {least} or more").format(least=least)
    if known.annotation in {int, float}:
        return _("it must be a number")
    return ""
