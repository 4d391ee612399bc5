"""Translates every text a person reads, by gettext and without Qt.

The English text is the message id, so a missing translation is still readable.
"""

import gettext as _gettext
import os
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DOMAIN = "gavatcore"
_DIRECTORY = Path(__file__).parent.parent / "resources" / "translations"


@dataclass(frozen=True, slots=True)
class InterfaceLanguage:
    """One language that an operator may choose."""

    name: str  # its own
    decimal_comma: bool = False  # 1.234,5 where English has 1,234.5


SOURCE = "en"  # the language of the message ids, which has no catalogue
LANGUAGES = {
    SOURCE: InterfaceLanguage("English"),
    "tr": InterfaceLanguage("Türkçe", decimal_comma=True),
}

_catalogue: _gettext.NullTranslations = _gettext.NullTranslations()


def use_language(code: str | None = None) -> None:
    """Use the language `code` ("en", "tr"); None: the one of the environment."""
    global _catalogue  # noqa: PLW0603 - one process speaks one language at a time
    _catalogue = _speaker(code or language_of(os.environ))
    # argparse and typer use Python's own gettext.
    _gettext.bindtextdomain(_DOMAIN, str(_DIRECTORY))
    _gettext.textdomain("messages" if language() == SOURCE else _DOMAIN)


def language_of(environment: Mapping[str, str]) -> str:
    """Return our first language in LANGUAGE, LC_ALL, LC_MESSAGES or LANG, or "en".

    The first variable that is set counts. gettext itself knows no source language: it would read
    "en:tr" as Turkish.
    """
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if wanted := environment.get(variable):
            codes = (re.split("[_.@]", name)[0].lower() for name in wanted.split(":"))
            return next((code for code in codes if code in LANGUAGES), SOURCE)
    return SOURCE


def language() -> str:
    """Return the code of the language in use; "en" if no catalogue was found."""
    return _catalogue.info().get("language", SOURCE) or SOURCE


def number(value: float, decimals: int = 0) -> str:
    """Return `value` with digits grouped as in the language in use: 1,234.5 or 1.234,5."""
    text = f"{value:,.{decimals}f}"
    return text.translate(_COMMA_FOR_POINT) if LANGUAGES[language()].decimal_comma else text


_COMMA_FOR_POINT = str.maketrans(",.", ".,")


def _(message: str) -> str:
    """Return the text of `message` in the language in use."""
    return _catalogue.gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the text for `count` things; the caller inserts the number."""
    return _catalogue.ngettext(singular, plural, count)


def pgettext(context: str, message: str) -> str:
    """Return the text of a message whose meaning depends on `context`."""
    return _catalogue.pgettext(context, message)


def text_in(code: str, message: str) -> str:
    """Return the text of `message` in the language `code`, whatever the operator's language is.

    For people a bot talks to; mark the message where it is defined with `spoken`.
    """
    return _speaker(code).gettext(message)


def spoken(message: str) -> str:
    """Return `message` unchanged; marks it for translation where it is not used yet."""
    return message


@cache
def _speaker(code: str) -> _gettext.NullTranslations:
    """Return the catalogue of `code`, or the source language's if it is missing or damaged."""
    try:
        return _gettext.translation(_DOMAIN, _DIRECTORY, [code], fallback=True)
    except (OSError, ValueError, struct.error):
        return _gettext.NullTranslations()
