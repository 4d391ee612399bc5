"""For how many days what is kept of people lasts, as bots tell them."""

from engine.replies.memory.long_term import KEPT_UNNEEDED
from engine.storage.backups.file import RETENTION

_DAY = 86_400.0  # s


def kept_for(retention_days: int) -> dict[str, int]:
    """The gaps of `phrases` that speak of it, filled from what deletes it."""
    return {
        "days": retention_days,
        "backup_days": round(RETENTION / _DAY),
        "memory_days": round(KEPT_UNNEEDED / _DAY),
    }
