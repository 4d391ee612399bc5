"""Finds the master key of a data directory, or makes one: environment, then keyring, then file."""

import logging
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from engine.language import _
from engine.locked_file import locked
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

PROMPTED = 60.0  # s that a person gets to unlock a keyring which has our key
_UNPROMPTED = 5.0  # s for a keyring to take a new key, before a file does

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FoundKeys:
    """The key to seal with, then those that open what was sealed before."""

    keys: tuple[MasterKey, ...] = field(repr=False)
    place: KeyPlace
    note: str | None = None  # a sentence on why it lies there, when it was just made


def find_keys(directory: Path, given: str | None = None, *, keyring: bool = True) -> FoundKeys:
    """The keys of `directory`; a new one where there was none.

    Blocking: reads files, and may wait a minute for a person to unlock the keyring. `given` is
    TOKEN_ENCRYPTION_KEY; without `keyring` the operating system's is not asked for a new key.
    Raises MasterKeyError rather than make a second key beside sealed secrets.
    """
    with locked(directory / FILE_NAME):
        record = read_record(directory)
        found = _given(directory, record, given) if given else _kept(directory, record, keyring)
    for key in found.keys:
        hide(key.text)
        hide(key.secret.hex())
    return found


def _given(directory: Path, record: KeyRecord | None, given: str) -> FoundKeys:
    hide(given)
    keys = parse_keys(given)
    if not keys:
        raise MasterKeyError(_("TOKEN_ENCRYPTION_KEY is empty."))
    if record is None:
        write_record(directory, environment_record(keys[0]))
    elif record.kept_in is not KeyPlace.ENVIRONMENT:
        earlier = kept_keys(directory, record)
        keys += tuple(key for key in earlier if key not in keys)
    elif record.id not in {key.id.hex() for key in keys}:
        raise MasterKeyError(
            _("TOKEN_ENCRYPTION_KEY is not the key that the secrets here are sealed with.")
        )
    return FoundKeys(keys, KeyPlace.ENVIRONMENT)


def _kept(directory: Path, record: KeyRecord | None, keyring: bool) -> FoundKeys:
    if record is None:
        return _make(directory, keyring)
    return FoundKeys(kept_keys(directory, record), record.kept_in)


def kept_keys(directory: Path, record: KeyRecord) -> tuple[MasterKey, ...]:
    """The keys that `record` leads to; raises MasterKeyError."""
    if record.kept_in is KeyPlace.FILE:
        return parse_keys(record.keys)
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
    if not text:
        raise MasterKeyError(
            _(
                "The keyring has lost the master key: remove {file} to begin anew; every account "
                "must then be added again."
            ).format(file=directory / FILE_NAME)
        )
    return parse_keys(text)


def _make(directory: Path, keyring: bool) -> FoundKeys:
    key = MasterKey.generate()
    reason = _("The keyring is switched off.")
    if keyring:
        entry = f"master key {secrets.token_hex(8)}"
        try:
            write_keyring(entry, key.text, _UNPROMPTED)
        except KeyringUnavailableError as error:
            reason = str(error)
        else:
            write_record(directory, KeyRecord(KeyPlace.KEYRING, key.id.hex(), entry=entry))
            return FoundKeys((key,), KeyPlace.KEYRING)
    write_record(directory, file_record((key,)))
    note = _("{reason} The master key is in {file}, which only you can read.").format(
        reason=reason, file=directory / FILE_NAME
    )
    _log.warning("%s", note)
    return FoundKeys((key,), KeyPlace.FILE, note)


def file_record(keys: tuple[MasterKey, ...]) -> KeyRecord:
    """A record that holds the keys itself."""
    return KeyRecord(KeyPlace.FILE, keys[0].id.hex(), keys=join_keys(keys))


def environment_record(key: MasterKey) -> KeyRecord:
    """A record that remembers which key TOKEN_ENCRYPTION_KEY has to be."""
    return KeyRecord(KeyPlace.ENVIRONMENT, key.id.hex())
