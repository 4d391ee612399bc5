"""Reads personas from TOML; a mistake is reported with file, line and what may stand there."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import resources
from engine.errors import SettingsError
from engine.files.small_files import SmallFileError
from engine.files.typed_files import as_written, read_toml, stripped
from engine.files.validation import near_or_all
from engine.language import _
from engine.replies.personas.persona import Persona

SHIPPED = Path(resources.__file__).parent / "profiles" / "personas"
DEFAULT = "assistant"  # persona of accounts that name none

_LARGEST = 262_144  # bytes of a file


class PersonaError(SettingsError):
    """A persona's file cannot be used, or no persona has that name."""


class Personas:
    """All personas by name; the name is the file's without its suffix."""

    def __init__(self, personas: Mapping[str, Persona]) -> None:
        self._personas = dict(sorted(personas.items()))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all personas."""
        return tuple(self._personas)

    def get(self, name: str | None) -> Persona:
        """Return the persona `name`, or the default one for None; raises PersonaError."""
        persona = self._personas.get(name or DEFAULT)
        if persona is None:
            raise PersonaError(
                _("There is no persona {name}; there are {names}.").format(
                    name=name or DEFAULT, names=", ".join(self._personas)
                )
            )
        return persona


def load_personas(directories: Sequence[Path]) -> Personas:
    """Load the personas in `directories` (blocking); later directories override earlier ones.

    A directory that does not exist has none. Raises PersonaError with a sentence for each mistake
    in any file.
    """
    personas: dict[str, Persona] = {}
    problems: list[str] = []
    for directory in directories:
        if directory.exists() and not directory.is_dir():
            problems.append(_("{file} is no folder.").format(file=directory))
        for file in sorted(directory.glob("*.toml")):
            try:
                personas[file.stem] = load_persona(file)
            except PersonaError as error:
                problems.append(str(error))
    if problems:
        raise PersonaError("\n".join(problems))
    return Personas(personas)


def load_persona(file: Path) -> Persona:
    """Load one persona (blocking); raises PersonaError with a sentence for each mistake."""
    try:
        contents, text = read_toml(file, _LARGEST)
        return as_written(file, text, stripped(contents), Persona)
    except SmallFileError as error:
        raise PersonaError(str(error)) from error
    except FileNotFoundError as error:
        raise PersonaError(_("There is no file {file}.").format(file=file)) from error


def unknown_small_talk(personas: Personas, kinds: Sequence[str]) -> Iterator[str]:
    """Return a sentence for each kind of small talk in a persona that is not in `kinds`."""
    for name in personas.names:
        for kind in personas.get(name).small_talk:
            if kind not in kinds:
                yield _("The persona {name}: small_talk.{kind} {what}.").format(
                    name=name, kind=kind, what=near_or_all(kind, kinds)
                )
