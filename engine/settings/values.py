"""Converts the given text into a setting's value, and describes the allowed ones."""

import enum
import math
import re
from pathlib import Path
from typing import Any

import msgspec

from engine.language import _, number
from engine.settings.secret import Secret
from engine.settings.table import SettingRow

_WORDS = {
    **dict.fromkeys(("1", "true", "t", "yes", "y", "on"), True),
    **dict.fromkeys(("0", "false", "f", "no", "n", "off"), False),
}
_GROUPED = re.compile(r"[-+]?\d+(_\d+)+")  # 1_000
_SHOWN = 60  # letters of a value that are shown


class UnusableValueError(ValueError):
    """Internal: `str()` is a sentence that names the setting and what is allowed."""


def value_of(row: SettingRow, given: object) -> Any:
    """Return the value of a setting; `given` is a text or a value. Raises UnusableValueError."""
    try:
        value = msgspec.convert(
            _prepared(row, given), row.typed, strict=not isinstance(given, str), dec_hook=_made
        )
    except (msgspec.ValidationError, ValueError, OverflowError) as error:
        raise UnusableValueError(_complaint(row, given)) from error
    usable = row.about.check is None or row.about.check(value)
    if not usable or (isinstance(value, float) and not math.isfinite(value)):
        raise UnusableValueError(_complaint(row, given))
    return value


def _prepared(row: SettingRow, given: object) -> object:
    """Return a text in the form that msgspec reads."""
    if not isinstance(given, str) or isinstance(given, enum.Enum):
        return given
    text = given.strip()
    if b"\0" in text.encode():  # raises ValueError for bytes that are no text
        raise ValueError("no text holds NUL")
    if row.kind is bool:
        return _WORDS.get(text.casefold(), text)
    if row.kind is tuple:
        return text.replace(",", " ").split()
    if issubclass(row.kind, enum.Enum):
        return next((one for one in _choices(row) if one.casefold() == text.casefold()), text)
    if row.kind in {int, float} and _GROUPED.fullmatch(text):
        return text.replace("_", "")
    return text


def _made(kind: type, given: object) -> object:
    """Return a value of a type that msgspec does not know."""
    if isinstance(given, kind):
        return given
    if kind in {Path, Secret} and isinstance(given, str) and given:
        return kind(given)
    raise ValueError(kind)


def _complaint(row: SettingRow, given: object) -> str:
    if row.secret:
        return _("{name} cannot be used: it must be {allowed}.").format(
            name=row.variable, allowed=allowed(row)
        )
    return _('{name} cannot be used: it is "{value}" and must be {allowed}.').format(
        name=row.variable, value=_shown(given), allowed=allowed(row)
    )


def _shown(given: object) -> str:
    """Return the value on one line, shortened."""
    text = "".join(letter if letter.isprintable() else "�" for letter in str(given))
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def allowed(row: SettingRow) -> str:
    """Return what is allowed, as a continuation of "it must be"."""
    if row.about.allowed:
        return _(row.about.allowed)
    if issubclass(row.kind, enum.Enum):
        return _("one of {words}").format(words=", ".join(_choices(row)))
    words = {
        bool: _("yes or no"),
        int: _("a whole number"),
        float: _("a number"),
        Path: _("the name of a file"),
    }.get(row.kind, _("a text"))
    bounds = _(" and ").join(_bounds(row))
    return f"{words} ({bounds})" if bounds else words


def _bounds(row: SettingRow) -> list[str]:
    said = []
    for meta in row.bounds:
        if meta.gt is not None:
            said.append(_("above {n}").format(n=number(meta.gt)))
        if meta.ge is not None:
            said.append(_("at least {n}").format(n=number(meta.ge)))
        if meta.le is not None:
            said.append(_("at most {n}").format(n=number(meta.le)))
    return said


def _choices(row: SettingRow) -> list[str]:
    return [str(one.value) for one in row.kind]  # type: ignore[attr-defined]  # an enum
