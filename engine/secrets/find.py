"""Finds or creates the master key of a data directory: environment, then keyring, then file.

One key seals at a time: the one in the record. Another one in TOKEN_ENCRYPTION_KEY waits until
`rotate-key` has sealed everything with it.
"""

import logging
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

from engine.files.locked_file import locked
from engine.language import _
from engine.secrets.key_record import (
    FILE_NAME,
    KeyPlace,
    KeyRecord,
    read_record,
    write_record,
)
from engine.secrets.master_key import MasterKey, MasterKeyError, join_keys, parse_keys
from engine.secrets.os_keyring import KeyringUnavailableError, read_keyring, write_keyring
from engine.telemetry.redaction import hide

PROMPTED = 60.0  # s that a person has to unlock a keyring with our key
_UNPROMPTED = 5.0  # s for a keyring to accept a new key, before a file is used

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FoundKeys:
    """The key to seal with, followed by those that open older seals."""

    keys: tuple[MasterKey, ...] = field(repr=False)
    place: KeyPlace  # of the key to seal with
    record: KeyRecord
    note: str | None = None  # why a new key lies there, as a sentence
    waiting: tuple[MasterKey, ...] = field(default=(), repr=False)  # given, not in use yet


@dataclass(frozen=True, slots=True)
class KeySource:
    """The places where the keys of `directory` may come from.

    `given` is TOKEN_ENCRYPTION_KEY. Without `keyring`, the operating system's gets no new key.
    `is_empty` returns True if nothing was ever sealed here, so any key will do. `sealed_with`
    returns the ids of the keys that sealed the accounts and secrets here.
    """

    directory: Path
    given: str | None = field(default=None, repr=False)
    keyring: bool = True
    is_empty: Callable[[], bool] = lambda: False
    sealed_with: Callable[[], Collection[bytes]] = tuple

    @property
    def file(self) -> Path:
        """The file of the key record."""
        return self.directory / FILE_NAME


def find_keys(
    directory: Path,
    given: str | None = None,
    *,
    keyring: bool = True,
    is_empty: Callable[[], bool] = lambda: False,
) -> FoundKeys:
    """Return the keys of `directory`; create one if there is none.

    Blocking: reads files, and may wait a minute for a person to unlock the keyring. Raises
    MasterKeyError rather than create a second key beside sealed secrets.
    """
    source = KeySource(directory, given, keyring, is_empty)
    with locked(source.file):
        return find_held(source)


def find_held(source: KeySource) -> FoundKeys:
    """Return the keys like `find_keys`, if the caller holds the lock on the key's file."""
    if source.given is not None:
        hide(source.given)
    given = given_keys(source.given)
    record = read_record(source.directory)
    found = _found_anew(source, given) if record is None else _known(source, record, given)
    for key in (*found.keys, *found.waiting):
        hide(key.text)
        hide(key.secret.hex())
    return found


def given_keys(given: str | None) -> tuple[MasterKey, ...]:
    """Return the keys in TOKEN_ENCRYPTION_KEY, none if it is unset; raises MasterKeyError."""
    if not given:
        return ()
    try:
        keys = parse_keys(given)
    except MasterKeyError as error:
        raise MasterKeyError(
            _("TOKEN_ENCRYPTION_KEY cannot be used. {reason}").format(reason=error)
        ) from error
    if not keys:
        raise MasterKeyError(_("TOKEN_ENCRYPTION_KEY is empty."))
    return keys


def _known(source: KeySource, record: KeyRecord, given: tuple[MasterKey, ...]) -> FoundKeys:
    """Return the keys that `record` leads to, or new ones if nothing was sealed with those."""
    try:
        found = _recorded(source.directory, record, given)
    except MasterKeyError:
        if not source.is_empty():
            raise
        return _begin(source, given)
    if found.waiting and source.is_empty():
        return _begin(source, given)
    return found


def _recorded(directory: Path, record: KeyRecord, given: tuple[MasterKey, ...]) -> FoundKeys:
    check_next(record, given)
    named = tuple(key for key in given if key.id.hex() == record.id)
    if record.kept_in is KeyPlace.ENVIRONMENT:
        if given and not named:
            raise MasterKeyError(
                _("TOKEN_ENCRYPTION_KEY is not the key that the secrets here are sealed with.")
            )
        kept = named or kept_keys(directory, record)
    else:
        kept = _kept_or_named(directory, record, named)
    others = tuple(key for key in given if key not in kept)
    # A second word is an old key for opening backups, and does not ask for a change of key.
    waiting = others if given and given[0] not in kept else ()
    return FoundKeys(kept + others, record.kept_in, record, waiting=waiting)


def _kept_or_named(
    directory: Path, record: KeyRecord, named: tuple[MasterKey, ...]
) -> tuple[MasterKey, ...]:
    try:
        return kept_keys(directory, record)
    except MasterKeyError:
        if not named:
            raise
        return named


def check_next(record: KeyRecord, given: tuple[MasterKey, ...]) -> None:
    """Raise MasterKeyError if a change to another key has begun and that key is not given."""
    if record.next and record.next not in {key.id.hex() for key in given}:
        raise MasterKeyError(
            _(
                "A change of the master key has not ended: set TOKEN_ENCRYPTION_KEY to the key of "
                "that change and run “gavatcore accounts rotate-key” again."
            )
        )


def kept_keys(directory: Path, record: KeyRecord) -> tuple[MasterKey, ...]:
    """Return the keys that `record` leads to, at least one; raises MasterKeyError."""
    if record.kept_in is KeyPlace.FILE:
        return _parse(
            record.keys,
            _("{file} is damaged: put a copy back, or the secrets here stay sealed.").format(
                file=directory / FILE_NAME
            ),
        )
    if record.kept_in is KeyPlace.ENVIRONMENT:
        raise MasterKeyError(
            _("TOKEN_ENCRYPTION_KEY is missing: the secrets in {directory} need it.").format(
                directory=directory
            )
        )
    try:
        text = read_keyring(record.entry, PROMPTED)
    except KeyringUnavailableError as error:
        raise MasterKeyError(
            _("The master key is in the keyring. {reason}").format(reason=error)
        ) from error
    return _parse(
        text or "",
        _(
            "The keyring has lost the master key: remove {file} to begin anew; every account "
            "must then be added again."
        ).format(file=directory / FILE_NAME),
    )


def _parse(text: str, otherwise: str) -> tuple[MasterKey, ...]:
    """Return the keys in `text`; raises MasterKeyError with the text `otherwise` if none."""
    try:
        keys = parse_keys(text)
    except MasterKeyError as error:
        raise MasterKeyError(otherwise) from error
    if not keys:
        raise MasterKeyError(otherwise)
    return keys


def _found_anew(source: KeySource, given: tuple[MasterKey, ...]) -> FoundKeys:
    """Return the keys if there is no record: none was made yet, or it was lost."""
    needed = source.sealed_with()
    if needed and not any(key.id in needed for key in given):
        raise MasterKeyError(
            _(
                "{file} is missing, and what is encrypted here needs the key in it: put a copy "
                "back. To begin anew, move accounts.json and secrets.json away, then add every "
                "account again."
            ).format(file=source.file)
        )
    return _begin(source, given)


def _begin(source: KeySource, given: tuple[MasterKey, ...]) -> FoundKeys:
    """Create the first keys of a directory in which nothing is sealed."""
    if given:
        record = environment_record(given[0])
        write_record(source.directory, record)
        return FoundKeys(given, KeyPlace.ENVIRONMENT, record)
    return _make(source)


def _make(source: KeySource) -> FoundKeys:
    key = MasterKey.generate()
    reason = _("The keyring is switched off.")
    if source.keyring:
        entry = f"master key {secrets.token_hex(8)}"
        try:
            write_keyring(entry, key.text, _UNPROMPTED)
        except KeyringUnavailableError as error:
            reason = str(error)
        else:
            record = KeyRecord(KeyPlace.KEYRING, key.id.hex(), entry=entry)
            write_record(source.directory, record)
            return FoundKeys((key,), KeyPlace.KEYRING, record)
    record = file_record((key,))
    write_record(source.directory, record)
    note = _("{reason} The master key is in {file}, which only you can read.").format(
        reason=reason, file=source.file
    )
    _log.warning("%s", note)
    return FoundKeys((key,), KeyPlace.FILE, record, note)


def file_record(keys: tuple[MasterKey, ...]) -> KeyRecord:
    """Return a record that holds the keys itself."""
    return KeyRecord(KeyPlace.FILE, keys[0].id.hex(), keys=join_keys(keys))


def environment_record(key: MasterKey) -> KeyRecord:
    """Return a record that names the key TOKEN_ENCRYPTION_KEY must hold."""
    return KeyRecord(KeyPlace.ENVIRONMENT, key.id.hex())
