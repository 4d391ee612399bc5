"""The lock a running client holds on its session, freed by the system when its process dies."""

from pathlib import Path

from engine.errors import SessionInUseError
from engine.files.file_lock import FileLock, Holder, LockHeldError
from engine.files.private_files import keep_database_private
from engine.language import _


def lock_path(session: Path) -> Path:
    """The lock file of the session file `session`."""
    return session.with_name(session.name + ".lock")


class SessionHeldError(SessionInUseError):
    """Another client or program has the lock; `holder` says who."""

    def __init__(self, session: Path, holder: Holder) -> None:
        super().__init__(
            _("The session {name} is in use by {holder}. Close it there, then try again.").format(
                name=session.stem, holder=holder
            )
        )
        self.holder = holder


class SessionLock(FileLock):
    """An exclusive lock on `<name>.session`, kept in a lock file of its own beside it.

    The session file itself is never opened: closing it would drop the locks that SQLite holds on
    it in this process.
    """

    def __init__(self, session: Path) -> None:
        super().__init__(lock_path(session))
        self._session = session

    def acquire(self) -> None:
        """Take the lock at once or raise SessionHeldError.

        OSError if there is no such folder, UnsafeFileError if the session, a log of it or the lock
        is a link: it would be written through.
        """
        keep_database_private(self._session)
        try:
            super().acquire()
        except LockHeldError as error:
            raise SessionHeldError(self._session, error.holder) from error
