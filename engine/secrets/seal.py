"""Seals secrets with the master key, so that none of our files holds them in plain text.

AES-256-GCM: unlike Fernet it takes associated data, so a sealed value opens only for the place it
was sealed for, and all desktop processors implement it in hardware.
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
    """Seals with the first of its keys, and opens with any of them."""

    def __init__(self, keys: Sequence[MasterKey]) -> None:
        """Prepare the keys; the first call in a process takes 40 ms: use a worker thread."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - 40 ms

        self._ciphers = {key.id: AESGCM(key.secret) for key in keys}
        self._current = keys[0].id

    @contextmanager
    def settled(self) -> Iterator[None]:
        """Prevent other processes from changing the master key: seal and store inside.

        The keys of this class never change; `KeptSeal` follows those of a data directory.
        """
        yield

    def knows(self, sealed: bytes) -> bool:
        """Return True if one of the keys here sealed it."""
        return is_sealed(sealed) and sealed[_ID] in self._ciphers

    def seal(self, plain: bytes, place: str) -> bytes:
        """Seal `plain` so that it opens only for the same `place`, e.g. "accounts/ada/token"."""
        head = _MARK + self._current
        nonce = os.urandom(12)
        cipher = self._ciphers[self._current]
        return head + nonce + cipher.encrypt(nonce, plain, head + place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """Return what was sealed for `place`; raises SealBrokenError."""
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
        """Return True if `sealed` has the key in use."""
        return is_sealed(sealed) and sealed[_ID] == self._current

    def seal_text(self, plain: str, place: str) -> str:
        """Return `plain` sealed for `place`, in base64."""
        return base64.urlsafe_b64encode(self.seal(plain.encode(), place)).decode()

    def open_text(self, sealed: str, place: str) -> str:
        """Return the text that `seal_text` sealed; raises SealBrokenError."""
        try:
            content = base64.urlsafe_b64decode(sealed)
        except ValueError:
            content = b""
        return self.open(content, place).decode()


def is_sealed(content: bytes) -> bool:
    """Return True if `content` looks like a result of `seal`."""
    return content.startswith(_MARK)


def key_of(sealed: bytes) -> bytes | None:
    """Return the id of the key that sealed it; None if it is not sealed."""
    return sealed[_ID] if is_sealed(sealed) else None


def key_of_text(sealed: str) -> bytes | None:
    """Return the id of the key in a result of `seal_text`; None if it is not sealed."""
    try:
        return key_of(base64.urlsafe_b64decode(sealed))
    except ValueError:
        return None
