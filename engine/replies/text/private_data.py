"""Removes what no provider may see: keys, tokens, card and phone numbers, addresses."""

import re
from collections.abc import Iterator

from engine.telemetry.redaction import redact

_PATTERNS = (
    (
        "key",
        re.compile(
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
            r"|\b(?:sk|pk|rk|gsk|ghp|gho|ghs|glpat|xox[abpors]|github_pat|hf|AIza|AKIA|ASIA|ya29)"
            r"[-_.]?[A-Za-z0-9_.-]{14,}"
            r"|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_.-]{8,}"
            r"|\b(?=[A-Za-z0-9+/_-]*\d)(?=[A-Za-z0-9+/_-]*[A-Za-z])[A-Za-z0-9+/_-]{32,}={0,2}",
            re.DOTALL,
        ),
    ),
    (
        "password",
        re.compile(
            r"(?i)(?<=\b)(?:password|passwd|passcode|pin|cvv|şifrem?|sifrem?|parolam?)"
            r"(?:\s+(?:is|are)|\s*[:=])\s*\S+"
        ),
    ),
    ("email", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("iban", re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")),
    (
        "number",
        re.compile(r"(?<![\w.,])(?!\d{4}-\d\d-\d\d\b)\+?\d(?:[\s().-]{0,2}\d){8,18}(?![\w%])"),
    ),  # phone, card or id number
)


def without_private_data(text: str) -> str:
    """Return `text` with private data replaced by its kind in brackets, as in "[email]"."""
    text = redact(text)
    for name, pattern in _PATTERNS:
        text = pattern.sub(f"[{name}]", text)
    return text


def private_data(text: str) -> Iterator[str]:
    """Yield each piece that `without_private_data` would replace."""
    if redact(text) != text:
        yield "[hidden]"
    for _, pattern in _PATTERNS:
        for found in pattern.finditer(text):
            yield found[0]
