"""Reads providers.toml in the data directory: which providers are asked, in which order."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from engine.errors import SettingsError
from engine.files.small_files import SmallFileError
from engine.files.toml_places import sentences
from engine.files.typed_files import read_toml, stripped
from engine.files.validation import Problem, find_problems
from engine.language import _
from engine.replies.providers.configuration.settings import ProviderSettings, filled_in

FILE_NAME = "providers.toml"


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    provider: tuple[ProviderSettings, ...] = ()


def read_providers(directory: Path) -> tuple[ProviderSettings, ...] | None:
    """Return the providers of the file in `directory`, or None without a file; blocking.

    Raises SettingsError with a sentence for each mistake. No sentence repeats text of the file,
    because somebody may have put a key there.
    """
    file = directory / FILE_NAME
    try:
        contents, text = read_toml(file)
    except FileNotFoundError:
        return None
    except SmallFileError as error:
        raise SettingsError(str(error)) from error
    tables = _tables(file, stripped(contents))
    filled = {"provider": [filled_in(table) for table in tables]}
    problems = list(_explained(find_problems(filled, _File, secret=True)))
    problems += _twice(table.get("name") for table in tables)
    if problems:
        raise SettingsError(sentences(file, text, problems))
    return msgspec.convert(filled, _File).provider


def _tables(file: Path, contents: dict[str, Any]) -> list[dict[str, Any]]:
    tables = contents.pop("provider", [])
    are_tables = isinstance(tables, list) and all(isinstance(one, dict) for one in tables)
    if contents or not are_tables:
        raise SettingsError(
            _("{file} may hold nothing but tables that begin with [[provider]].").format(file=file)
        )
    return list(tables)


def _explained(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Add a sentence for a key that stands in the wrong place."""
    for problem in problems:
        field = str(problem.place[-1])
        if "key" in field and field not in ProviderSettings.__struct_fields__:
            yield replace(
                problem,
                what=_(
                    "does not belong in the file: remove it and run “gavatcore providers add NAME”,"
                    " which keeps a key sealed"
                ),
            )
        else:
            yield problem


def _twice(names: Iterable[object]) -> Iterator[Problem]:
    seen: set[object] = set()
    for number, name in enumerate(names):
        if not isinstance(name, str):
            continue
        if name in seen:
            yield Problem(
                ("provider", number, "name"), _("is the name of another provider as well")
            )
        seen.add(name)
