"""What a check of one session's lock found and did."""

import enum
from dataclasses import dataclass


class LockOutcome(enum.StrEnum):
    """How the check of one session ended."""

    SOUND = "sound"  # nobody holds it, nothing to repair
    OWN = "own"  # this engine's own running bot holds it
    HELD = "held"  # another live process holds it, or may: not touched
    RECOVERED = "recovered"  # its owner died, or pages were damaged; the login is whole again
    SET_ASIDE = "set_aside"  # beyond repair: moved away, never deleted; the account must log in
    DAMAGED = "damaged"  # does not pass its integrity check and could not be set aside
    FAILED = "failed"  # could not be checked; `detail` says why


@dataclass(frozen=True, slots=True)
class LockCheck:
    """One session file and how its check ended."""

    session: str  # the file's name without its ending
    outcome: LockOutcome
    detail: str | None = None  # e.g. who holds it: "python3 (process 4242)"
