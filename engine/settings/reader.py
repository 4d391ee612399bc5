"""Fills in the settings: from the caller, else the environment, the file or the profile."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.errors import SettingsError
from engine.settings.choices import PROFILES
from engine.settings.env_file import read_env_file
from engine.settings.fields import Settings
from engine.settings.table import rows
from engine.settings.unknown import unknown_in_environment, unknown_in_file
from engine.settings.values import UnusableValueError, value_of

FILE_NAME = "gavatcore.env"


def load_settings(data_directory: Path, **overrides: object) -> Settings:
    """Read the settings of `data_directory`; `overrides`, by variable, take precedence.

    An override of None is ignored; an empty one means the default, whatever the operator set.
    Raises SettingsError with one sentence for each unusable value, SmallFileError if the file
    cannot be read.
    """
    file = data_directory / FILE_NAME
    found = read_env_file(file)
    given: dict[str, object] = _ours(found.values) | _ours(os.environ)
    given |= {name: value for name, value in overrides.items() if value is not None}
    values = _values({name: value for name, value in given.items() if value != ""})
    mode = values.get("optimization_mode", rows()["OPTIMIZATION_MODE"].default)
    remarks = (
        *found.remarks,
        *unknown_in_file(found.values, file),
        *unknown_in_environment(os.environ),
    )
    chosen: dict[str, Any] = {**PROFILES[mode], **values}
    return Settings(data_directory=data_directory, remarks=remarks, **chosen)


def _ours(found: Mapping[str, str]) -> dict[str, object]:
    """Return our non-empty variables; a name in capitals precedes the same in small letters."""
    names = sorted(found, key=str.isupper)
    return {name.upper(): found[name] for name in names if found[name] and name.upper() in rows()}


def _values(given: Mapping[str, object]) -> dict[str, Any]:
    """Return the values by field; raises SettingsError about all unusable ones."""
    values, complaints = {}, []
    for variable, row in rows().items():
        if variable in given:
            try:
                values[row.name] = value_of(row, given[variable])
            except UnusableValueError as error:
                complaints.append(str(error))
    if complaints:
        raise SettingsError(" ".join(complaints))
    return values
