"""Removes secrets from everything that is written."""

import re

_HIDDEN = "[hidden]"
_TOKEN = re.compile(r"\b(\d{5,16}):[A-Za-z0-9_-]{20,}")  # in the form of @BotFather

_with_colon: set[str] = set()  # secrets; bots' tokens, of which there may be hundreds, are here
_others: set[str] = set()


def hide(secret: str) -> None:
    """Keep this text out of all that is written; ignores texts under six letters."""
    if len(secret) >= 6:
        (_with_colon if ":" in secret else _others).add(secret)


def redact(text: str) -> str:
    """Return `text` without bot tokens and hidden secrets; a token's number stays."""
    if ":" in text:
        text = _without(_with_colon, _TOKEN.sub(rf"\1:{_HIDDEN}", text))
    return _without(_others, text)


def _without(secrets: set[str], text: str) -> str:
    for secret in secrets:
        if secret in text:
            text = text.replace(secret, _HIDDEN)
    return text
