"""Defines the key that seals all secrets here, and its text form."""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from engine.errors import GavatcoreError
from engine.language import _

_BYTES = 32
_ID_BYTES = 4


class MasterKeyError(GavatcoreError):
    """The master key is missing, or is not the one that was used here."""


@dataclass(frozen=True, slots=True)
class MasterKey:
    """A key of 256 random bits."""

    secret: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> "MasterKey":
        """Create a random key."""
        return cls(secrets.token_bytes(_BYTES))

    @classmethod
    def parse(cls, text: str) -> "MasterKey":
        """Read base64 (either alphabet) or hexadecimal digits; raises MasterKeyError."""
        try:
            if len(text) == 2 * _BYTES:
                secret = bytes.fromhex(text)
            else:
                plain = text.rstrip("=").replace("-", "+").replace("_", "/")
                secret = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
        except (ValueError, binascii.Error):
            secret = b""
        if len(secret) != _BYTES:
            raise MasterKeyError(
                _("A master key is 32 random bytes in base64: openssl rand -base64 32 makes one.")
            )
        return cls(secret)

    @property
    def text(self) -> str:
        """The key in base64; a secret."""
        return base64.urlsafe_b64encode(self.secret).decode()

    @property
    def id(self) -> bytes:
        """Four bytes that distinguish keys and reveal nothing about them."""
        return hmac.digest(self.secret, b"gavatcore key id", hashlib.sha256)[:_ID_BYTES]


def parse_keys(text: str) -> tuple[MasterKey, ...]:
    """Return the keys in a text, separated by blanks or commas; the first one seals."""
    return tuple(MasterKey.parse(word) for word in text.replace(",", " ").split())


def join_keys(keys: tuple[MasterKey, ...]) -> str:
    """Return the text that `parse_keys` reads; a secret."""
    return " ".join(key.text for key in keys)
