"""Reads personas from TOML; a mistake is told with file, line and what may stand there."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import resources
from engine.errors import SettingsError
from engine.language import _
from engine.replies.persona import Persona
from engine.small_files import SmallFileError, as_written, read_toml, stripped

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
    """Read one persona (blocking); raises PersonaError with a sentence for each mistake."""
    try:
        contents, text = read_toml(file, _LARGEST)
        return as_written(file, text, stripped(contents), Persona)
    except SmallFileError as error:
        raise PersonaError(str(error)) from error
    except FileNotFoundError as error:
        raise PersonaError(_("There is no file {file}.").format(file=file)) from error
