"""Parses the header by which a server says when to come back (RFC 9110, 10.2.3)."""

import math
from email.utils import parsedate_to_datetime


def retry_after(value: str | None, now: float) -> float | None:
    """Return the seconds to wait at `now` (since 1970); None if the header is unusable."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - now
        except (ValueError, OverflowError, OSError):  # the last two for years out of range
            return None
        seconds = max(seconds, 0.0)
    return seconds if seconds >= 0 and math.isfinite(seconds) else None
