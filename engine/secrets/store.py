"""Keeps named secrets sealed in one file: the API hash, keys of LLM providers."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from engine.files.locked_file import locked, replace_file
from engine.files.typed_files import read_json
from engine.secrets.seal import Seal, key_of_text
from engine.telemetry.redaction import hide

FILE_NAME = "secrets.json"
_LARGEST = 1 << 24  # bytes


class SecretStore:
    """Reads the file at every call, so that changes by other processes are seen.

    Blocking; every call raises SmallFileError if the file cannot be read.
    """

    def __init__(self, directory: Path, seal: Seal) -> None:
        self._file = directory / FILE_NAME
        self._seal = seal

    def names(self) -> tuple[str, ...]:
        """Return the names of all secrets, sorted."""
        return tuple(sorted(self._read()))

    def get(self, name: str) -> str | None:
        """Return the secret `name`, or None; raises SealBrokenError."""
        sealed = self._read().get(name)
        if sealed is None:
            return None
        secret = self._seal.open_text(sealed, _place(name))
        hide(secret)
        return secret

    def set(self, name: str, secret: str) -> None:
        """Seal and store `secret`, durably; raises OSError."""
        hide(secret)
        with self._seal.settled(), locked(self._file):
            self._write(self._read() | {name: self._seal.seal_text(secret, _place(name))})

    def remove(self, name: str) -> None:
        """Delete a secret; harmless if there is none."""
        with locked(self._file):
            sealed = self._read()
            if sealed.pop(name, None) is not None:
                self._write(sealed)

    def keys_in_use(self) -> Iterator[bytes]:
        """Yield the id of the key that sealed each secret."""
        keys = map(key_of_text, self._read().values())
        return (key for key in keys if key is not None)

    def reseal(self, seal: Seal) -> None:
        """Seal everything with the current key of `seal`."""
        with locked(self._file):
            sealed = self._read()
            if sealed:
                self._write(
                    {
                        name: seal.seal_text(seal.open_text(value, _place(name)), _place(name))
                        for name, value in sealed.items()
                    }
                )

    def _read(self) -> dict[str, str]:
        try:
            return read_json(self._file, dict[str, str], _LARGEST)
        except FileNotFoundError:
            return {}

    def _write(self, sealed: dict[str, str]) -> None:
        replace_file(self._file, msgspec.json.encode(dict(sorted(sealed.items()))))


def _place(name: str) -> str:
    return f"secrets/{name}"
