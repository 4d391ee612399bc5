"""Changes the master key; after a crash everything is readable, and another try completes it.

The new key is stored beside the old one, everything is sealed again, then the old key is deleted.
"""

from collections.abc import Callable
from pathlib import Path

import msgspec

from engine.files.locked_file import locked
from engine.language import _
from engine.secrets.find import (
    PROMPTED,
    check_next,
    environment_record,
    file_record,
    given_keys,
    kept_keys,
)
from engine.secrets.key_record import FILE_NAME, KeyPlace, KeyRecord, read_record, write_record
from engine.secrets.master_key import MasterKey, MasterKeyError, join_keys
from engine.secrets.os_keyring import forget_in_keyring, write_keyring
from engine.secrets.seal import Seal

Reseal = Callable[[Seal], None]


def rotate(directory: Path, given: str | None, reseal: Reseal) -> KeyPlace:
    """Seal everything with a new key; return where that is kept.

    `reseal` gets a seal that opens both keys, and must return only when everything has the new one.
    With TOKEN_ENCRYPTION_KEY (`given`), its first word is the new key; the old one is its second
    word, or is still in the keyring or the file. Blocking; raises MasterKeyError and whatever
    `reseal` raises.
    """
    with locked(directory / FILE_NAME):
        record = read_record(directory)
        keys = given_keys(given)
        if record is not None:
            check_next(record, keys)
        if keys:
            return _to_environment(directory, record, keys, reseal)
        if record is None:
            raise MasterKeyError(_("There is no master key yet: nothing is sealed here."))
        old = kept_keys(directory, record)
        # Two keys show that a rotation did not finish: the newer one is right.
        keys = old if len(old) > 1 else (MasterKey.generate(), *old)
        _store(directory, record, keys)
        reseal(Seal(keys))
        _store(directory, record, keys[:1])
        return record.kept_in


def _to_environment(
    directory: Path, record: KeyRecord | None, keys: tuple[MasterKey, ...], reseal: Reseal
) -> KeyPlace:
    if record is not None:
        if record.kept_in is not KeyPlace.ENVIRONMENT:
            keys += tuple(key for key in kept_keys(directory, record) if key not in keys)
        elif len(keys) == 1 and record.id == keys[0].id.hex():
            raise MasterKeyError(
                _(
                    "TOKEN_ENCRYPTION_KEY is the key in use: put a new one before it, with a blank "
                    "between them, and try again."
                )
            )
        # From here on some secrets may have the new key, so a start without it reports that.
        write_record(directory, msgspec.structs.replace(record, next=keys[0].id.hex()))
    reseal(Seal(keys))
    write_record(directory, environment_record(keys[0]))
    if record is not None and record.kept_in is KeyPlace.KEYRING:
        forget_in_keyring(record.entry, PROMPTED)
    return KeyPlace.ENVIRONMENT


def _store(directory: Path, record: KeyRecord, keys: tuple[MasterKey, ...]) -> None:
    if record.kept_in is KeyPlace.FILE:
        write_record(directory, file_record(keys))
        return
    write_keyring(record.entry, join_keys(keys), PROMPTED)
    write_record(directory, KeyRecord(KeyPlace.KEYRING, keys[0].id.hex(), entry=record.entry))
