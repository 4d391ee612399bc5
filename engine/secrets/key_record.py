"""Reads and writes the file that holds the master key of a data directory, or its place."""

import enum
import logging
import stat
import sys
from pathlib import Path

import msgspec

from engine.files.locked_file import replace_file
from engine.files.typed_files import DamagedFileError, read_json
from engine.language import _
from engine.secrets.master_key import MasterKeyError

FILE_NAME = "master.key"

_log = logging.getLogger(__name__)


class KeyPlace(enum.StrEnum):
    """The place where a master key is kept."""

    KEYRING = "keyring"  # the operating system's
    ENVIRONMENT = "environment"  # TOKEN_ENCRYPTION_KEY
    FILE = "file"  # this file, which only the user can read


class KeyRecord(msgspec.Struct, frozen=True):
    """The contents of the file."""

    kept_in: KeyPlace
    id: str  # id of the key in use, in hexadecimal
    entry: str = ""  # its name in the keyring
    keys: str = ""  # a secret; only for FILE
    next: str = ""  # id of a key of TOKEN_ENCRYPTION_KEY that some secrets already have

    def __repr__(self) -> str:
        return f"KeyRecord({self.kept_in}, {self.id})"


def read_record(directory: Path) -> KeyRecord | None:
    """Return the record of `directory`, or None before there is one.

    Raises MasterKeyError if the file cannot be understood, SmallFileError if it cannot be read.
    """
    file = directory / FILE_NAME
    try:
        record = read_json(file, KeyRecord)
    except FileNotFoundError:
        return None
    except DamagedFileError as error:
        raise MasterKeyError(
            _("{file} is damaged: put a copy back, or the secrets here stay sealed.").format(
                file=file
            )
        ) from error
    _keep_private(file)
    return record


def write_record(directory: Path, record: KeyRecord) -> None:
    """Replace the record; raises OSError."""
    replace_file(directory / FILE_NAME, msgspec.json.encode(record))


def _keep_private(file: Path) -> None:
    """Remove other users' permissions, e.g. after a careless copy."""
    if sys.platform == "win32":
        return
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        file.chmod(0o600)
        _log.warning("others could read %s: now only you can", file)
