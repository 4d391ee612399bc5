"""Re-seals the keys of all session files with a new master key."""

import time
from pathlib import Path

from engine.errors import SessionDamagedError
from engine.language import _
from engine.secrets.seal import Seal
from engine.telegram.sessions.check import check_locked
from engine.telegram.sessions.file import reseal_session
from engine.telegram.sessions.lock import SessionLock
from engine.telegram.sessions.lock_check import LockOutcome


def reseal_sessions(directory: Path, seal: Seal) -> None:
    """Seal every `<name>.session` in `directory` with the current key of `seal`.

    Blocking. Raises SessionHeldError, SessionDamagedError or SealBrokenError at the first failure.
    The earlier ones are done, and another call continues with the rest.
    """
    for path in sorted(directory.glob("*.session")):
        with SessionLock(path):
            check = check_locked(path, time.time())
            if check.outcome in {LockOutcome.HELD, LockOutcome.DAMAGED, LockOutcome.FAILED}:
                raise SessionDamagedError(
                    _("The session {name} cannot be used: {reason}").format(
                        name=path.stem, reason=check.detail
                    )
                )
            if check.outcome is not LockOutcome.SET_ASIDE:
                reseal_session(path, seal)
