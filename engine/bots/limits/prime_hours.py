"""Parses hours of the day, and applies them as a fleet's prime and quiet hours.

They are judged by the local time of the moment, so days of 23 or 25 hours need no care: an hour
that occurs twice counts twice, one that does not occur never.
"""

import datetime
import re
import zoneinfo
from dataclasses import dataclass

from engine.errors import SettingsError
from engine.language import _

_RANGE = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*[-–]\s*(\d{1,2})(?::(\d{2}))?")
_DAY = 24 * 60  # minutes


@dataclass(frozen=True, slots=True)
class DayHours:
    """Ranges of minutes since midnight, without their ends; one may cross midnight."""

    ranges: tuple[tuple[int, int], ...] = ()

    @classmethod
    def parse(cls, text: str, setting: str) -> "DayHours":
        """Parse e.g. "18-23" or "8:30-12, 22-6"; an empty text means no hours.

        Raises SettingsError that names the `setting`.
        """
        parts = (part.strip() for part in text.split(","))
        return cls(tuple(_range(part, setting) for part in parts if part))

    def contains(self, minute: int) -> bool:
        """Return True if the minute since midnight is in a range."""
        return any(
            begin <= minute < end if begin < end else minute >= begin or minute < end
            for begin, end in self.ranges
        )


def _range(text: str, setting: str) -> tuple[int, int]:
    found = _RANGE.fullmatch(text)
    if found:
        hours = int(found[1]), int(found[3])
        begin, end = (
            hour * 60 + int(minutes or 0)
            for hour, minutes in zip(hours, (found[2], found[4]), strict=True)
        )
        legal = all(int(minutes or 0) < 60 for minutes in (found[2], found[4]))
        if legal and begin < _DAY and end <= _DAY and begin != end:
            return begin, end
    raise SettingsError(
        _('{name} cannot be used: it is "{value}" and must be {allowed}.').format(
            name=setting, value=text, allowed=_("hours as in 18-23 or 22:30-6")
        )
    )


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours in which a fleet may say more, and those in which it is silent."""

    prime: DayHours = DayHours()
    quiet: DayHours = DayHours()
    zone: datetime.tzinfo | None = None  # None: the system's
    scale: float = 1.0  # factor on the operator's hourly maxima in prime hours

    def are_prime(self, at: float) -> bool:
        """Return True if `at` (seconds since the epoch) is in prime hours, if there are any."""
        return self._lies_in(self.prime, at)

    def are_quiet(self, at: float) -> bool:
        """Return True if `at` (seconds since the epoch) is in quiet hours."""
        return self._lies_in(self.quiet, at)

    def scale_at(self, at: float) -> float:
        """Return the factor on hourly limits at that moment."""
        return self.scale if self.scale != 1.0 and self.are_prime(at) else 1.0

    def _lies_in(self, hours: DayHours, at: float) -> bool:
        if not hours.ranges:
            return False
        moment = datetime.datetime.fromtimestamp(at, tz=datetime.UTC).astimezone(self.zone)
        return hours.contains(moment.hour * 60 + moment.minute)


def read_hours(prime: str, quiet: str, zone: str, scale: float) -> Hours:
    """Parse the settings; raises SettingsError."""
    return Hours(
        DayHours.parse(prime, "PRIME_HOURS"),
        DayHours.parse(quiet, "QUIET_HOURS"),
        _zone(zone),
        scale,
    )


def _zone(name: str) -> datetime.tzinfo | None:
    if not name:
        return None
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        if not zoneinfo.available_timezones():
            said = _(
                "TIMEZONE {name} cannot be used: this machine has no time zone database. Install "
                "the package tzdata (apt install tzdata, or pip install tzdata)."
            )
        else:
            said = _("TIMEZONE {name} is not known: name one as in Europe/Istanbul.")
        raise SettingsError(said.format(name=name)) from error
