"""Provides the lock of a running client on its session; the system frees it on process death."""

from pathlib import Path

from engine.errors import SessionInUseError
from engine.files.file_lock import FileLock, Holder, LockHeldError
from engine.files.private_files import keep_database_private
from engine.language import _


def lock_path(session: Path) -> Path:
    """Return the lock file of the session file `session`."""
    return session.with_name(session.name + ".lock")


class SessionHeldError(SessionInUseError):
    """Another client or program holds the lock; `holder` names it."""

    def __init__(self, session: Path, holder: Holder) -> None:
        super().__init__(
            _("The session {name} is in use by {holder}. Close it there, then try again.").format(
                name=session.stem, holder=holder
            )
        )
        self.holder = holder


class SessionLock(FileLock):
    """An exclusive lock on `<name>.session`, held on a separate lock file beside it.

    The session file itself is never opened, because closing it would drop SQLite's locks in this
    process.
    """

    def __init__(self, session: Path) -> None:
        super().__init__(lock_path(session))
        self._session = session

    def acquire(self) -> None:
        """Take the lock at once or raise SessionHeldError.

        Raises OSError if the folder is missing, and UnsafeFileError if the session, one of its logs
        or the lock is a link, which would be written through.
        """
        keep_database_private(self._session)
        try:
            super().acquire()
        except LockHeldError as error:
            raise SessionHeldError(self._session, error.holder) from error
