"""Describes the result of a check of one session's lock."""

import enum
from dataclasses import dataclass


class LockOutcome(enum.StrEnum):
    """The outcome of the check of one session."""

    SOUND = "sound"  # nobody holds it, and nothing needs repair
    OWN = "own"  # this engine's own running bot holds it
    HELD = "held"  # another live process holds it, or may hold it; not touched
    RECOVERED = "recovered"  # its owner had died, or pages were damaged; the login is intact again
    SET_ASIDE = "set_aside"  # beyond repair; moved away, never deleted; must log in again
    DAMAGED = "damaged"  # fails its integrity check and could not be set aside
    FAILED = "failed"  # could not be checked; `detail` says why


@dataclass(frozen=True, slots=True)
class LockCheck:
    """The result of the check of one session file."""

    session: str  # the file's name without its suffix
    outcome: LockOutcome
    detail: str | None = None  # e.g. who holds it: "python3 (process 4242)"
