"""Prepared announcements of each bot, and those for bots that have none; no model is ever asked."""

import random
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.errors import SettingsError
from engine.language import _

FALLBACK = "fallback"

_LONGEST = 4_096  # characters, of a message of Telegram's

_Texts = Mapping[str, tuple[str, ...]]  # by language

_chance = random.Random()  # noqa: S311 - variety, not secrecy


class AnnouncementPool:
    """Texts by account and language."""

    def __init__(self, contents: Mapping[str, _Texts]) -> None:
        """`contents` has a table for each account that has texts of its own, and a fallback."""
        self._contents = contents

    @classmethod
    def load(
        cls, shipped: Path, own: Path | None = None, personas: Mapping[str, _Texts] | None = None
    ) -> "AnnouncementPool":
        """Read the pools in TOML (blocking), an operator's `own` over all others.

        `personas` are the texts of the personas the accounts speak as.

        Raises SettingsError with one sentence if a file is none.
        """
        contents = _read(shipped) | dict(personas or {})
        return cls(contents | _read(own) if own else contents)

    def choose(self, account: str, language: str, name: str, last: str | None) -> str:
        """A text for `account`, called `name`, in `language` if there is one; not the `last` one.

        Only where a chat has heard the one text there is, it hears it again.
        """
        own, fallback = self._contents.get(account, {}), self._contents[FALLBACK]
        texts: list[str] = []
        for pool in (_spoken(own, language), _spoken(fallback, language)):
            texts = [text.replace("{name}", name) for text in pool]
            if fresh := [text for text in texts if text != last]:
                return _chance.choice(fresh)
        return _chance.choice(texts)


def _spoken(texts: _Texts, language: str) -> Sequence[str]:
    """Those in the language, or else all."""
    return texts.get(language) or [text for own in texts.values() for text in own]


def _read(file: Path) -> dict[str, _Texts]:
    try:
        with file.open("rb") as source:
            contents = tomllib.load(source)
        return {name: _texts(name, table) for name, table in contents.items()}
    except (OSError, ValueError, AttributeError) as error:
        raise SettingsError(
            _("The announcements in {file} cannot be used: {error}.").format(file=file, error=error)
        ) from error


def _texts(name: str, table: Any) -> _Texts:
    """Raises ValueError if it is no table of languages with at least one text."""
    texts = {language: tuple(map(_text, own)) for language, own in table.items()}
    if not any(texts.values()):
        raise ValueError(_("[{name}] has no text").format(name=name))
    return texts


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST:
        raise ValueError(_("each text has 1 to {most} characters").format(most=_LONGEST))
    return value
