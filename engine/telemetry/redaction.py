"""Keeps secrets out of everything that is written down."""

import re

_HIDDEN = "[hidden]"
_TOKEN = re.compile(r"\b(\d{5,16}):[A-Za-z0-9_-]{20,}")  # as @BotFather gives them

_secrets: set[str] = set()


def hide(secret: str) -> None:
    """Never let this text be written again; texts under six letters would hide too much."""
    if len(secret) >= 6:
        _secrets.add(secret)


def redact(text: str) -> str:
    """`text` without bot tokens and without what `hide` was told; a token's number stays."""
    text = _TOKEN.sub(rf"\1:{_HIDDEN}", text)
    for secret in _secrets:
        if secret in text:
            text = text.replace(secret, _HIDDEN)
    return text
