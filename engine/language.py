"""The message catalogue: every text a person reads, by gettext, usable without Qt.

The English text is the message id, so a missing translation still reads well.
"""

import gettext as _gettext
from functools import cache
from pathlib import Path

_DOMAIN = "gavatcore"
_DIRECTORY = Path(__file__).parent.parent / "resources" / "translations"

_catalogue: _gettext.NullTranslations = _gettext.NullTranslations()


def use_language(code: str | None = None) -> None:
    """Speak the language `code` ("en", "tr"); None asks LANGUAGE, LC_ALL, LC_MESSAGES, LANG."""
    global _catalogue  # noqa: PLW0603 - one process speaks one language at a time
    wanted = [code] if code else None
    _catalogue = _gettext.translation(_DOMAIN, _DIRECTORY, wanted, fallback=True)


def language() -> str:
    """The code of the language in use; "en" where no catalogue was found."""
    return _catalogue.info().get("language", "en") or "en"


def _(message: str) -> str:
    """The text of `message` in the language in use."""
    return _catalogue.gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """The text for `count` things; the caller formats the number in."""
    return _catalogue.ngettext(singular, plural, count)


def pgettext(context: str, message: str) -> str:
    """The text of a message that means something only in its `context`."""
    return _catalogue.pgettext(context, message)


def text_in(code: str, message: str) -> str:
    """The text of `message` in the language `code`, whatever the operator's language is.

    For those a bot speaks to; mark the message where it stands with `spoken`.
    """
    return _speaker(code).gettext(message)


def spoken(message: str) -> str:
    """The message itself: so that it is found for translation where it is not said yet."""
    return message


@cache
def _speaker(code: str) -> _gettext.NullTranslations:
    return _gettext.translation(_DOMAIN, _DIRECTORY, [code], fallback=True)
