"""Removes secrets from everything that is written."""

import re

_HIDDEN = "[hidden]"
_TOKEN = re.compile(r"\b(\d{5,16}):[A-Za-z0-9_-]{20,}")  # in the form of @BotFather

_secrets: set[str] = set()


def hide(secret: str) -> None:
    """Keep this text out of all that is written; ignores texts under six letters."""
    if len(secret) >= 6:
        _secrets.add(secret)


def redact(text: str) -> str:
    """Return `text` without bot tokens and hidden secrets; a token's number stays."""
    text = _TOKEN.sub(rf"\1:{_HIDDEN}", text)
    for secret in _secrets:
        if secret in text:
            text = text.replace(secret, _HIDDEN)
    return text
