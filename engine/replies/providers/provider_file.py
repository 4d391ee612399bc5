"""providers.toml in the data directory: which providers are asked, in which order."""

import difflib
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from engine.errors import SettingsError
from engine.language import _
from engine.replies.providers.provider_settings import ProviderSettings

FILE_NAME = "providers.toml"


def read_providers(directory: Path) -> tuple[ProviderSettings, ...] | None:
    """The providers of the file in `directory`, None if there is no file; blocking.

    Raises SettingsError with a sentence for each thing that cannot be understood.
    """
    file = directory / FILE_NAME
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise SettingsError(
            _("{file} cannot be read: {error}.").format(file=file, error=error)
        ) from error
    tables = content.pop("provider", [])
    if content or not isinstance(tables, list):
        raise SettingsError(
            _("{file} may hold nothing but tables that begin with [[provider]].").format(file=file)
        )
    providers, sentences = [], []
    for number, table in enumerate(tables, 1):
        try:
            providers.append(ProviderSettings.model_validate(table))
        except ValidationError as error:
            sentences += [f"{FILE_NAME}: {line}" for line in _in_words(number, table, error)]
    sentences += _twice(provider.name for provider in providers)
    if sentences:
        raise SettingsError(" ".join(sentences))
    return tuple(providers)


def _in_words(number: int, table: Any, error: ValidationError) -> Iterable[str]:
    """One sentence for each problem, without the value: somebody may have put a key there."""
    name = table.get("name") if isinstance(table, dict) else None
    who = _("provider {number}").format(number=number)
    if isinstance(name, str):
        who = f"{who} ({name})"
    for problem in error.errors(include_input=False, include_url=False):
        field = str(problem["loc"][0]) if problem["loc"] else ""
        yield _sentence(who, field, problem["type"], problem["msg"])


def _sentence(who: str, field: str, kind: str, message: str) -> str:
    if kind == "missing":
        return _("{who}: {field} is missing.").format(who=who, field=field)
    if kind == "extra_forbidden":
        return _unknown(who, field)
    message = message.removeprefix("Value error, ")
    message = f"{message[0].lower()}{message[1:]}"
    if not field:
        return f"{who}: {message}."
    return _("{who}: {field} cannot be used: {message}.").format(
        who=who, field=field, message=message
    )


def _unknown(who: str, field: str) -> str:
    if "key" in field:
        return _(
            "{who}: a key does not belong in the file: remove it and run "
            "“gavatcore providers add NAME”, which keeps it sealed."
        ).format(who=who)
    near = difflib.get_close_matches(field, ProviderSettings.model_fields, 1)
    if near:
        return _("{who}: {field} is not known; did you mean {near}?").format(
            who=who, field=field, near=near[0]
        )
    return _("{who}: {field} is not known.").format(who=who, field=field)


def _twice(names: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    twice = []
    for name in names:
        if name in seen:
            twice.append(_("{file} names {name} twice.").format(file=FILE_NAME, name=name))
        seen.add(name)
    return twice
