"""Finds likely misspelt or misplaced settings."""

import difflib
from collections.abc import Iterable, Iterator
from pathlib import Path

from engine.files.paths import VARIABLE as DATA_DIRECTORY
from engine.language import _
from engine.settings.table import rows

# Read by commands that ask for a secret.
_OF_COMMANDS = ("GAVATCORE_BOT_TOKEN", "GAVATCORE_PROVIDER_KEY")

# Minimum likeness of two names, 0 to 1. Most names in the environment are other programs'.
_NEAR = 0.6
_VERY_NEAR = 0.85


def unknown_in_file(names: Iterable[str], file: Path) -> Iterator[str]:
    """Yield a sentence for each of `names` that sets nothing."""
    for name in names:
        if name.upper() == DATA_DIRECTORY:
            yield _(
                "{name} has no effect in {file}: set it in the environment, or use --data-dir."
            ).format(name=DATA_DIRECTORY, file=file)
        elif name.upper() not in rows():
            said = _("{name} in {file} is no setting and is ignored.").format(name=name, file=file)
            yield said + _nearest(name, _NEAR)


def unknown_in_environment(names: Iterable[str]) -> Iterator[str]:
    """Yield a sentence for each of `names` that almost equals a setting."""
    known = {*rows(), DATA_DIRECTORY, *_OF_COMMANDS}
    for name in names:
        if name.upper() not in known and (near := _nearest(name, _VERY_NEAR)):
            said = _("{name} in the environment is no setting and is ignored.")
            yield said.format(name=name) + near


def _nearest(name: str, alike: float) -> str:
    near = difflib.get_close_matches(name.upper(), [*rows(), DATA_DIRECTORY], 1, alike)
    return " " + _("Is {name} meant?").format(name=near[0]) if near else ""
