"""Reads personas from TOML; a mistake is told with file, line and what may stand there."""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

import resources
from engine.errors import SettingsError
from engine.language import _, ngettext
from engine.replies.persona import Persona

SHIPPED = Path(resources.__file__).parent / "profiles" / "personas"
DEFAULT = "assistant"  # of accounts that name no persona

_LARGEST = 262_144  # bytes of a file


class PersonaError(SettingsError):
    """A persona's file cannot be used, or there is none of that name."""


class Personas:
    """All personas by name, which is their file's without its ending."""

    def __init__(self, personas: Mapping[str, Persona]) -> None:
        self._personas = dict(sorted(personas.items()))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._personas)

    def get(self, name: str | None) -> Persona:
        """The persona called `name`, the default one for None; raises PersonaError."""
        persona = self._personas.get(name or DEFAULT)
        if persona is None:
            raise PersonaError(
                _("There is no persona {name}; there are {names}.").format(
                    name=name or DEFAULT, names=", ".join(self._personas)
                )
            )
        return persona


def load_personas(directories: Sequence[Path]) -> Personas:
    """The personas in `directories` (blocking); a later directory's replace an earlier's.

    A directory that does not exist holds none. Raises PersonaError with a sentence for each
    mistake in any file.
    """
    personas: dict[str, Persona] = {}
    problems: list[str] = []
    for directory in directories:
        for file in sorted(directory.glob("*.toml")):
            try:
                personas[file.stem] = load_persona(file)
            except PersonaError as error:
                problems.append(str(error))
    if problems:
        raise PersonaError("\n".join(problems))
    return Personas(personas)


def load_persona(file: Path) -> Persona:
    """Read one persona (blocking); raises PersonaError with a sentence for each mistake."""
    try:
        if file.stat().st_size > _LARGEST:
            raise PersonaError(
                _("{file} is larger than {limit} bytes.").format(file=file, limit=_LARGEST)
            )
        text = file.read_text("utf-8")
        contents = tomllib.loads(text)
    except OSError as error:
        raise PersonaError(
            _("{file} cannot be read: {reason}.").format(file=file, reason=error.strerror)
        ) from error
    except ValueError as error:  # not TOML, or not UTF-8
        raise PersonaError(
            _("{file} is not valid TOML: {reason}.").format(file=file, reason=error)
        ) from error
    try:
        return Persona.model_validate(contents)
    except ValidationError as error:
        raise PersonaError("\n".join(_sentences(file, text, error))) from error


def _sentences(file: Path, text: str, error: ValidationError) -> Iterator[str]:
    for problem in error.errors(include_url=False):
        place = problem["loc"]
        yield _("{file}, line {line}: {field} {what}.").format(
            file=file,
            line=_line(text, place),
            field=_path(place),
            what=_what(problem),
        )


def _path(place: tuple[int | str, ...]) -> str:
    """As a person counts: stances[2].position is the second stance's."""
    path = ""
    for step in place:
        path += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if path else step
    return path


def _what(problem: ErrorDetails) -> str:
    """What is wrong, to go on after the field's name."""
    context = problem.get("ctx", {})
    match problem["type"]:
        case "extra_forbidden":
            return _not_a_key(str(problem["loc"][-1]), _keys(problem["loc"]))
        case "string_too_long":
            longest = context["max_length"]
            return ngettext(
                "must have at most {count} letter", "must have at most {count} letters", longest
            ).format(count=longest)
    template = _templates().get(problem["type"])
    if template is None:
        message = problem["msg"]
        return _("cannot be used: {reason}").format(reason=message[0].lower() + message[1:])
    return template.format(value=problem["input"], **context)


def _templates() -> dict[str, str]:
    """By pydantic's names of mistakes."""
    empty = _("must not be empty")
    return {
        "missing": _("is missing"),
        "enum": _("must be {expected}, not {value!r}"),
        "string_type": _("must be text in quotes, not {value!r}"),
        "tuple_type": _("must be a list in square brackets, not {value!r}"),
        "string_too_short": empty,
        "too_short": empty,
        "greater_than_equal": _("must be at least {ge}, not {value!r}"),
        "less_than_equal": _("must be at most {le}, not {value!r}"),
    }


def _not_a_key(key: str, allowed: Sequence[str]) -> str:
    close = difflib.get_close_matches(key, allowed, 1)
    if close:
        return _("is not a key here; perhaps {close} is meant").format(close=close[0])
    return _("is not a key here; allowed are {allowed}").format(allowed=", ".join(allowed))


def _keys(place: tuple[int | str, ...]) -> Sequence[str]:
    """The keys that may stand where `place` ends."""
    model: Any = Persona
    for step in place[:-1]:
        if isinstance(step, str) and isinstance(model, type) and hasattr(model, "model_fields"):
            annotation = model.model_fields[step].annotation
            model = next(
                (part for part in _parts(annotation) if hasattr(part, "model_fields")), annotation
            )
    return tuple(getattr(model, "model_fields", ()))


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _parts(part)


def _line(text: str, place: tuple[int | str, ...]) -> int:
    """Where in the file `place` is, as near as its keys can be found; 1 for the first line."""
    line, lines = 0, text.splitlines()
    for index, step in enumerate(place):
        if isinstance(step, int):
            continue
        count = place[index + 1] if index + 1 < len(place) else 0
        again = count if isinstance(count, int) else 0
        path = re.escape(".".join(str(one) for one in place[: index + 1] if isinstance(one, str)))
        header = re.compile(rf"\s*\[\[?\s*{path}\s*(?:\]|\.)")
        key = re.compile(rf"\s*\"?{re.escape(step)}\"?\s*[=.]")
        for number in range(line, len(lines)):
            if header.match(lines[number]) or key.match(lines[number]):
                line = number
                is_table = lines[number].lstrip().startswith("[[")
                if not (is_table and again):
                    break
                again -= 1
    return line + 1
