"""Holds each bot's prepared announcements, and common ones; never uses a model."""

import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from engine.errors import SettingsError
from engine.files.small_files import SmallFileError
from engine.files.toml_places import sentences
from engine.files.typed_files import as_written, read_toml, stripped
from engine.files.validation import Problem
from engine.language import _

FALLBACK = "fallback"

_LONGEST = 4_096  # letters of a Telegram message

_Texts = Mapping[str, tuple[str, ...]]  # by language

_Text = Annotated[str, Meta(min_length=1, max_length=_LONGEST)]
_Language = Annotated[str, Meta(pattern="^[a-z]{2}$")]
_File = dict[str, dict[_Language, tuple[_Text, ...]]]  # by account

_chance = random.Random()  # noqa: S311 - variety, not secrecy


class AnnouncementPool:
    """Texts by account and language."""

    def __init__(self, contents: Mapping[str, _Texts], own: Iterable[str] = ()) -> None:
        """Use `contents`, one table for each account with its own texts, and a fallback.

        `own` are the names of the tables that an operator wrote.
        """
        self._contents = contents
        self._own = frozenset(own)

    @classmethod
    def load(
        cls, shipped: Path, own: Path | None = None, personas: Mapping[str, _Texts] | None = None
    ) -> "AnnouncementPool":
        """Load the pools from TOML (blocking); an operator's `own` takes precedence.

        `personas` are the texts of the accounts' personas. Raises SettingsError with a sentence for
        each mistake in a file.
        """
        contents = _read(shipped) | dict(personas or {})
        if own is None:
            return cls(contents)
        written = _read(own)
        return cls(contents | written, written)

    def for_nobody(self, accounts: Iterable[str]) -> tuple[str, ...]:
        """Return the names of an operator's tables that match none of the `accounts`."""
        return tuple(sorted(self._own - set(accounts) - {FALLBACK}))

    def choose(self, account: str, language: str, name: str, last: str | None) -> str:
        """Choose a text for `account`, called `name`, in `language` if possible, but not `last`.

        `last` is repeated only if it is the only text.
        """
        own, fallback = self._contents.get(account, {}), self._contents[FALLBACK]
        texts: list[str] = []
        for pool in (_spoken(own, language), _spoken(fallback, language)):
            texts = [text.replace("{name}", name) for text in pool]
            if fresh := [text for text in texts if text != last]:
                return _chance.choice(fresh)
        return _chance.choice(texts)


def _spoken(texts: _Texts, language: str) -> Sequence[str]:
    """Return the texts in the language, or all if it has none."""
    return texts.get(language) or [text for own in texts.values() for text in own]


def _read(file: Path) -> dict[str, _Texts]:
    try:
        contents, text = read_toml(file)
        tables = stripped(contents)
        texts: dict[str, _Texts] = dict(as_written(file, text, tables, _File))
        silent = [name for name, table in texts.items() if not any(table.values())]
        if silent:
            problems = [Problem((name,), _("has no text")) for name in silent]
            raise SmallFileError(sentences(file, text, problems))
    except SmallFileError as error:
        raise SettingsError(str(error)) from error
    except FileNotFoundError as error:
        raise SettingsError(
            _("There is no file {file}: ANNOUNCEMENTS_FILE names it.").format(file=file)
        ) from error
    return texts
