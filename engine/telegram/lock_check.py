"""What a check of one session's lock found and did."""

import enum
from dataclasses import dataclass


class LockOutcome(enum.StrEnum):
    """How the check of one session ended."""

    SOUND = "sound"  # nobody holds it, nothing to repair
    OWN = "own"  # this engine's own running bot holds it
    HELD = "held"  # another live process holds it: not touched
    RECOVERED = "recovered"  # its owner died; SQLite rolled back what was unfinished
    DAMAGED = "damaged"  # does not pass its integrity check: not touched further
    FAILED = "failed"  # could not be checked; `detail` says why


@dataclass(frozen=True, slots=True)
class LockCheck:
    """One session file and how its check ended."""

    session: str  # the file's name without its ending
    outcome: LockOutcome
    detail: str | None = None  # e.g. who holds it: "python3 (process 4242)"
