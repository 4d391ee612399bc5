"""Follows the master key of a data directory when another process changes it."""

from collections.abc import Iterator
from contextlib import contextmanager

from engine.files.locked_file import locked
from engine.language import _
from engine.secrets.find import FoundKeys, KeySource, find_held
from engine.secrets.key_record import read_record
from engine.secrets.master_key import MasterKeyError
from engine.secrets.seal import Seal

_PATIENCE = 60.0  # s that a rotation may take


class KeptSeal(Seal):
    """A seal that stays valid if `rotate-key` runs elsewhere while a command waits for input.

    Seal within `settled`, and store the result there: a rotation then comes before or after both.
    Blocking; raises MasterKeyError if the key cannot be found any longer.
    """

    def __init__(self, source: KeySource) -> None:
        with locked(source.file):
            found = find_held(source)
        super().__init__(found.keys)
        self._source = source
        self.found: FoundKeys = found

    @contextmanager
    def settled(self) -> Iterator[None]:
        """Prevent changes of the master key; do not open seals of unknown keys inside."""
        with locked(self._source.file, _PATIENCE):
            self._follow()
            yield

    def open(self, sealed: bytes, place: str) -> bytes:
        """Return what was sealed for `place`; raises SealBrokenError or MasterKeyError."""
        if not self.knows(sealed):
            with locked(self._source.file, _PATIENCE):
                self._follow()
        return super().open(sealed, place)

    def fixed(self) -> Seal:
        """Return a seal with the present keys, for a caller who prevents their change."""
        return Seal(self.found.keys)

    def _follow(self) -> None:
        record = read_record(self._source.directory)
        if record == self.found.record:
            return
        if record is None:  # a new key would be a second one beside the key this process has used
            raise MasterKeyError(
                _("{file} was removed meanwhile: put it back, or enter everything again.").format(
                    file=self._source.file
                )
            )
        found = find_held(self._source)
        now = Seal(found.keys)
        # Keys that worked before still do, also for a thread that is using them.
        self._ciphers = self._ciphers | now._ciphers
        self._current = now._current
        self.found = found
