"""Loads a session after checking it and repairing what a dead owner left behind."""

from engine.errors import SessionDamagedError, SessionInUseError
from engine.files.file_lock import unknown_holder
from engine.language import _
from engine.secrets.seal import SealBrokenError
from engine.telegram.faults import SetupError
from engine.telegram.sessions.check import AT_START, check_locked
from engine.telegram.sessions.lock_check import LockCheck, LockOutcome
from engine.telegram.sessions.session import AccountSession


def load_checked(session: AccountSession, at: float) -> LockCheck:
    """Check and load `session`, whose lock the caller holds; return the result of the check.

    Blocking; `at` is in seconds since the epoch. Raises SessionInUseError while another program
    uses the file, SessionDamagedError if it cannot be read, SetupError if its key was sealed with
    another master key, and OSError.
    """
    check = LockCheck(session.path.stem, LockOutcome.SOUND)
    if session.path.exists():
        check = check_locked(session.path, at, rest=AT_START)
    if check.outcome is LockOutcome.HELD:
        raise SessionInUseError(
            _("The session {name} is held: {holder}").format(
                name=check.session, holder=check.detail or unknown_holder()
            )
        )
    if check.outcome in {LockOutcome.DAMAGED, LockOutcome.FAILED}:
        raise SessionDamagedError(
            _("The session {name} cannot be used: {reason}").format(
                name=check.session, reason=check.detail
            )
        )
    try:
        session.load()
    except SealBrokenError as error:
        raise SetupError(str(error)) from error
    return check
