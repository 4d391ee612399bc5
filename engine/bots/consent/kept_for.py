"""Tells for how many days data about people is kept, as bots say it."""

from engine.replies.memory.long_term import KEPT_UNNEEDED
from engine.storage.backups.file import RETENTION

_DAY = 86_400.0  # s


def kept_for(retention_days: int) -> dict[str, int]:
    """Return the values for the placeholders in `phrases`, from the settings that delete."""
    return {
        "days": retention_days,
        "backup_days": round(RETENTION / _DAY),
        "memory_days": round(KEPT_UNNEEDED / _DAY),
    }
