"""Words the outcomes of a check of the sessions' locks."""

from engine.language import _, ngettext, number
from engine.telegram.sessions.lock_check import LockCheck, LockOutcome


def lock_outcome_word(outcome: LockOutcome) -> str:
    """Return the text of an outcome."""
    return {
        LockOutcome.SOUND: _("Sound: nobody holds it"),
        LockOutcome.OWN: _("In use by Gavatcore itself"),
        LockOutcome.HELD: _("Held by another program, not touched"),
        LockOutcome.RECOVERED: _("Recovered: the login is whole"),
        LockOutcome.SET_ASIDE: _("Beyond repair, set aside: log in again"),
        LockOutcome.DAMAGED: _("Damaged, not touched further"),
        LockOutcome.FAILED: _("Could not be checked"),
    }[outcome]


def lock_summary(checks: tuple[LockCheck, ...]) -> str:
    """Return all outcomes in one sentence."""
    if not checks:
        return _("There is no session to check yet.")
    recovered = sum(check.outcome is LockOutcome.RECOVERED for check in checks)
    unsolved = sum(
        check.outcome
        in {LockOutcome.HELD, LockOutcome.SET_ASIDE, LockOutcome.DAMAGED, LockOutcome.FAILED}
        for check in checks
    )
    text = ngettext("{count} session checked", "{count} sessions checked", len(checks))
    return _("{checked}: {recovered} recovered, {unsolved} to look at.").format(
        checked=text.format(count=number(len(checks))),
        recovered=number(recovered),
        unsolved=number(unsolved),
    )
