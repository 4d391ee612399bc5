"""Defines the errors a person may meet; each carries a sentence to act on."""

from collections.abc import Iterator
from os import PathLike


class GavatcoreError(Exception):
    """Base class of all our errors; `str()` is one sentence that a person can act on.

    The sentence never repeats the text of an error that is not ours: see `described`.
    """


class SettingsError(GavatcoreError):
    """A setting is missing or invalid."""


class DataDirectoryError(GavatcoreError):
    """The data directory cannot be used."""


class DataDirectoryInUseError(DataDirectoryError):
    """Another engine holds the data directory."""


class SessionInUseError(GavatcoreError):
    """Another program holds an account's session file."""


class SessionDamagedError(GavatcoreError):
    """A session file failed its integrity check."""


class SimulatorError(GavatcoreError):
    """The local Telegram did not start, or stopped answering."""


_SQLITE = {
    "SQLITE_BUSY": "database is locked",
    "SQLITE_CANTOPEN": "unable to open database file",
    "SQLITE_CORRUPT": "database disk image is malformed",
    "SQLITE_FULL": "database or disk is full",
    "SQLITE_IOERR": "disk I/O error",
    "SQLITE_NOTADB": "file is not a database",
    "SQLITE_READONLY": "attempt to write a readonly database",
}
"""SQLite's own words, https://www.sqlite.org/rescode.html; of other codes they may name a value."""


def described(error: BaseException) -> str:
    """Return what an error is, without words that others may have put into it.

    An error of ours gives its sentence; one of the system its reason and file; one of a database
    its code. Any other gives only its type, because its text may repeat what people wrote.
    """
    if isinstance(error, GavatcoreError):
        return str(error) or type(error).__name__
    if isinstance(error, OSError) and error.strerror:
        named = isinstance(error.filename, str | PathLike)
        return f"{error.strerror}: {error.filename}" if named else error.strerror
    name, code = type(error).__name__, _code(error)
    if code is None:
        return name
    of_sqlite = "_".join(code.split("_")[:2])  # SQLITE_IOERR_READ is one of SQLITE_IOERR
    return _SQLITE.get(of_sqlite, f"{name} ({code})")


def causes_of(error: BaseException) -> Iterator[BaseException]:
    """Yield `error` and its causes, each once: an error may be among its own causes."""
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__


def _code(error: BaseException) -> str | None:
    """Return the code that SQLite or PostgreSQL gave the error."""
    code = getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None)
    if isinstance(code, str) and code.isascii() and code.replace("_", "").isalnum():
        return code
    return None
