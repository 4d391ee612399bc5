"""Seals secrets with the master key, so that no file of ours holds them in plain.

AES-256-GCM: unlike Fernet it takes associated data, so a sealed value opens only in the place it
was sealed for, and it is the cipher that every processor of a desktop has in hardware.
"""

import base64
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from engine.errors import GavatcoreError
from engine.language import _
from engine.secrets.master_key import MasterKey

_MARK = b"gvc\x01"
_ID = slice(4, 8)
_NONCE = slice(8, 20)
_BODY = slice(20, None)


class SealBrokenError(GavatcoreError):
    """A sealed value cannot be opened."""


class Seal:
    """Seals with the first of its keys and opens with any."""

    def __init__(self, keys: Sequence[MasterKey]) -> None:
        """Takes 40 ms the first time in a process: call it in a worker thread."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - 40 ms

        self._ciphers = {key.id: AESGCM(key.secret) for key in keys}
        self._current = keys[0].id

    @contextmanager
    def settled(self) -> Iterator[None]:
        """Inside, no other process changes the master key: seal and store here.

        These keys never change; `KeptSeal` follows those of a data directory.
        """
        yield

    def knows(self, sealed: bytes) -> bool:
        """Whether one of the keys here sealed it."""
        return is_sealed(sealed) and sealed[_ID] in self._ciphers

    def seal(self, plain: bytes, place: str) -> bytes:
        """`plain`, to be opened only for the same `place`, e.g. "accounts/ada/token"."""
        head = _MARK + self._current
        nonce = os.urandom(12)
        cipher = self._ciphers[self._current]
        return head + nonce + cipher.encrypt(nonce, plain, head + place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """What was sealed for `place`; raises SealBrokenError."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - as above

        cipher = self._ciphers.get(sealed[_ID])
        if cipher is None or not is_sealed(sealed):
            raise SealBrokenError(
                _("{place} is sealed with another master key: bring that key back.").format(
                    place=place
                )
            )
        head = sealed[: _ID.stop] + place.encode()
        try:
            return cipher.decrypt(sealed[_NONCE], sealed[_BODY], head)
        except (InvalidTag, ValueError) as error:
            raise SealBrokenError(
                _("{place} was altered or comes from elsewhere: enter it again.").format(
                    place=place
                )
            ) from error

    def is_current(self, sealed: bytes) -> bool:
        """Whether `sealed` is sealed with the key in use now."""
        return is_sealed(sealed) and sealed[_ID] == self._current

    def seal_text(self, plain: str, place: str) -> str:
        return base64.urlsafe_b64encode(self.seal(plain.encode(), place)).decode()

    def open_text(self, sealed: str, place: str) -> str:
        """What `seal_text` made; raises SealBrokenError."""
        try:
            content = base64.urlsafe_b64decode(sealed)
        except ValueError:
            content = b""
        return self.open(content, place).decode()


def is_sealed(content: bytes) -> bool:
    """Whether `content` looks like what `seal` returns."""
    return content.startswith(_MARK)


def key_of(sealed: bytes) -> bytes | None:
    """The id of the key that sealed it; None if it is not sealed."""
    return sealed[_ID] if is_sealed(sealed) else None


def key_of_text(sealed: str) -> bytes | None:
    """As `key_of`, of what `seal_text` made."""
    try:
        return key_of(base64.urlsafe_b64decode(sealed))
    except ValueError:
        return None
