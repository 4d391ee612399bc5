"""Describes every setting in Markdown, for `docs/settings.md`."""

import enum
import sys
from collections.abc import Iterator
from typing import Any

from engine.files.paths import VARIABLE as DATA_DIRECTORY
from engine.language import _, number
from engine.settings.about import Applied
from engine.settings.choices import PROFILES
from engine.settings.table import SettingRow, rows
from engine.settings.values import allowed


def reference() -> str:
    """Return the whole page, in the current language."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# " + _("Settings")
    yield ""
    yield _(
        "Each is given by the environment variable of its name, or by a line NAME=value in "
        "gavatcore.env in the data directory. The environment wins over the file, and both over "
        "what OPTIMIZATION_MODE chooses. A value that cannot be used is refused at the start; a "
        "name that is no setting is told and ignored."
    )
    yield ""
    yield _(
        "{variable} says where the data directory is (also --data-dir); it stands in the "
        "environment alone."
    ).format(variable=f"`{DATA_DIRECTORY}`")
    for row in rows().values():
        if row.about.section:
            yield ""
            yield "## " + _(row.about.section)
            yield ""
            yield _cells(_("Name"), _("Meaning"), _("Allowed"), _("Default"))
            yield "|---|---|---|---|"
        yield _cells(f"`{row.variable}`", _meaning(row), allowed(row), _default(row))


def _cells(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _meaning(row: SettingRow) -> str:
    said = [_(row.about.sentence)]
    if row.secret:
        said.append(_("Never shown."))
    if row.about.applied is Applied.WHILE_RUNNING:
        said.append(_("A change takes effect at once."))
    return " ".join(said)


def _default(row: SettingRow) -> str:
    by_profile = [
        f"{shown(found[row.name])} ({profile})"
        for profile, found in PROFILES.items()
        if row.name in found
    ]
    if len(by_profile) == len(PROFILES):
        return ", ".join(by_profile)
    return ", ".join([shown(row.default), *by_profile])


def shown(value: Any) -> str:
    """Return a non-secret value as a person would write it."""
    if value is None or value in {"", ()}:
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, enum.Enum):
        return str(value.value)
    if isinstance(value, int | float):
        return number(value, 0 if value == int(value) else 1)
    return str(value)


if __name__ == "__main__":
    sys.stdout.write(reference())
