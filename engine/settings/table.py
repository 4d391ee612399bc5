"""Presents the table of settings as rows, built once a process."""

import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from engine.settings.about import About
from engine.settings.fields import Settings
from engine.settings.secret import Secret


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting."""

    name: str  # name of the field
    kind: type  # bool, int, float, str, Path, Secret, tuple (of secrets) or a class of choices
    typed: Any  # the kind with its bounds, for `msgspec.convert`
    bounds: tuple[msgspec.Meta, ...]
    default: Any
    about: About

    @property
    def variable(self) -> str:
        """The name in the environment and in the file."""
        return self.name.upper()

    @property
    def secret(self) -> bool:
        """True if the value must never be shown."""
        return self.kind in {Secret, tuple}


@cache
def rows() -> Mapping[str, SettingRow]:
    """Return all settings by variable, in the order of the table."""
    hints = typing.get_type_hints(Settings, include_extras=True)
    defaults = {field.name: field.default for field in msgspec.structs.fields(Settings)}
    found = (_row(name, hint, defaults[name]) for name, hint in hints.items())
    return {row.variable: row for row in found if row is not None}


def _row(name: str, hint: Any, default: Any) -> SettingRow | None:
    """Return the row of a field; None if no variable sets it."""
    notes = [note for part in _parts(hint) for note in getattr(part, "__metadata__", ())]
    about = next((note for note in notes if isinstance(note, About)), None)
    if about is None:
        return None
    typed = _without_none(hint.__origin__)
    bounds = tuple(note for note in notes if isinstance(note, msgspec.Meta))
    for bound in bounds:
        typed = typing.Annotated[typed, bound]
    kind = typing.get_origin(plain := _plain(typed)) or plain
    return SettingRow(name, kind, typed, bounds, default, about)


def _parts(hint: Any) -> Iterator[Any]:
    """Yield the parts of a type hint: itself, the annotated type, and the members of a union."""
    yield hint
    if typing.get_origin(hint) is typing.Annotated:
        yield from _parts(hint.__origin__)
    elif isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        for member in typing.get_args(hint):
            yield from _parts(member)


def _without_none(hint: Any) -> Any:
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        (hint,) = (member for member in typing.get_args(hint) if member is not types.NoneType)
    return _plain(hint)


def _plain(hint: Any) -> Any:
    while typing.get_origin(hint) is typing.Annotated:
        hint = hint.__origin__
    return hint
