"""The file that says where the master key of a data directory is kept, or holds it itself."""

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
    """Where a master key is kept."""

    KEYRING = "keyring"  # of the operating system
    ENVIRONMENT = "environment"  # TOKEN_ENCRYPTION_KEY
    FILE = "file"  # this one, which only the user can read


class KeyRecord(msgspec.Struct, frozen=True):
    """What the file says."""

    kept_in: KeyPlace
    id: str  # of the key in use, in hexadecimal
    entry: str = ""  # its name in the keyring
    keys: str = ""  # a secret; only in a FILE
    next: str = ""  # the id of a key of TOKEN_ENCRYPTION_KEY that some secrets have already

    def __repr__(self) -> str:
        return f"KeyRecord({self.kept_in}, {self.id})"


def read_record(directory: Path) -> KeyRecord | None:
    """What is known of the key of `directory`; None before there is one.

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
    """Put `record` in place of what was known; raises OSError."""
    replace_file(directory / FILE_NAME, msgspec.json.encode(record))


def _keep_private(file: Path) -> None:
    """Take back what others were allowed, e.g. by a careless copy."""
    if sys.platform == "win32":
        return
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        file.chmod(0o600)
        _log.warning("others could read %s: now only you can", file)
