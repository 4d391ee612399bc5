"""The seal of a data directory, which follows its master key when another process changes that."""

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
    """A command may wait for a person at its prompt while `rotate-key` runs elsewhere.

    Who seals does so inside `settled`, and stores there what was sealed: a rotation then comes
    before or after both. Blocking; raises MasterKeyError where the key cannot be found any more.
    """

    def __init__(self, source: KeySource) -> None:
        with locked(source.file):
            found = find_held(source)
        super().__init__(found.keys)
        self._source = source
        self.found: FoundKeys = found

    @contextmanager
    def settled(self) -> Iterator[None]:
        """Keep the master key as it is; open nothing inside that another key may have sealed."""
        with locked(self._source.file, _PATIENCE):
            self._follow()
            yield

    def open(self, sealed: bytes, place: str) -> bytes:
        """What was sealed for `place`; raises SealBrokenError or MasterKeyError."""
        if not self.knows(sealed):
            with locked(self._source.file, _PATIENCE):
                self._follow()
        return super().open(sealed, place)

    def fixed(self) -> Seal:
        """A seal with the keys of now, for who keeps them from being changed."""
        return Seal(self.found.keys)

    def _follow(self) -> None:
        record = read_record(self._source.directory)
        if record == self.found.record:
            return
        if record is None:  # a new key would be a second one beside what this process has opened
            raise MasterKeyError(
                _("{file} was removed meanwhile: put it back, or enter everything again.").format(
                    file=self._source.file
                )
            )
        found = find_held(self._source)
        now = Seal(found.keys)
        # What opened before opens still, also for a thread in the middle of it.
        self._ciphers = self._ciphers | now._ciphers
        self._current = now._current
        self.found = found
