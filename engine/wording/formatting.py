"""Formats numbers, sizes, durations and times for people, in the language in use."""

import math
import time
from dataclasses import dataclass

from engine.language import _, number

NO_VALUE = "–"
_SPACE = "\N{NO-BREAK SPACE}"
_MIB = 1024 * 1024
_LINE = 72  # letters of what others wrote


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and its unit separately, so that a tile may set them in different sizes."""

    number: str
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.number}{_SPACE}{self.unit}" if self.unit else self.number


NOTHING = Quantity(NO_VALUE)


def mebibytes(size: float, decimals: int | None = None) -> Quantity:
    """Format `size` bytes in MiB; by default with one decimal below 100 MiB."""
    value = size / _MIB
    if decimals is None:
        decimals = 1 if abs(value) < 99.95 else 0
    return Quantity(number(value, decimals), _("MiB"))


def percent(value: float, decimals: int | None = None) -> str:
    """Format `value`, 0 to 100; by default with one decimal below 10."""
    if decimals is None:
        decimals = 1 if 0 < abs(value) < 9.95 else 0
    # Translators: how a percentage is written, e.g. "91%" in English and "%91" in Turkish.
    return _("{number}%").format(number=number(value, decimals))


def compact(value: float) -> Quantity:
    """Format a count in at most five digits: plain, or in thousands (k) or millions (M)."""
    if value < 99_999.5:
        return Quantity(number(value))
    if value < 999_500:
        return Quantity(number(value / 1000), _("k"))
    return Quantity(number(value / 1_000_000, 1), _("M"))


def cost(value: float) -> str:
    """Format an amount in US dollars; four decimals below a cent."""
    # Translators: how an amount of US dollars is written.
    return _("${amount}").format(amount=number(value, 4 if 0 < value < 0.00995 else 2))


def milliseconds(value: float) -> Quantity:
    """Format a short duration in ms; in seconds from one second on."""
    if value >= 999.5:
        seconds = value / 1000
        return Quantity(number(seconds, 1 if seconds < 9.95 else 0), _("s"))
    return Quantity(number(value, 1 if 0 < value < 9.95 else 0), _("ms"))


def duration(seconds: float) -> Quantity:
    """Format a duration in its two greatest units: 45 s, 12 min, 3 h 12 min, 5 d 3 h."""
    whole = max(0, int(seconds))
    if whole < 60:
        return Quantity(number(whole), _("s"))
    minutes, hours, days = whole // 60, whole // 3600, whole // 86400
    if hours == 0:
        return Quantity(number(minutes), _("min"))
    if days == 0:
        return _two(hours, _("h"), minutes % 60, _("min"))
    return _two(days, _("d"), hours % 24, _("h"))


def _two(great: int, great_unit: str, small: int, small_unit: str) -> Quantity:
    if small == 0:
        return Quantity(number(great), great_unit)
    return Quantity(f"{number(great)}{_SPACE}{great_unit}{_SPACE}{small}", small_unit)


def clock_time(at: float, *, now: float | None = None) -> str:
    """Format `at` as local hh:mm; with `now`, prefix the day if it is another one."""
    moment = time.localtime(at)
    text = time.strftime("%H:%M", moment)
    if now is None or time.localtime(now)[:3] == moment[:3]:
        return text
    return f"{day(at)},{_SPACE}{text}"


def clock_seconds(at: float) -> str:
    """Format `at` as local hh:mm:ss."""
    return time.strftime("%H:%M:%S", time.localtime(at))


def day(at: float) -> str:
    """Format the day and short month of `at`, e.g. "12 Nov"."""
    moment = time.localtime(at)
    return f"{moment.tm_mday}{_SPACE}{_month(moment.tm_mon)}"


def _month(number_of_month: int) -> str:
    names = (
        _("Jan"), _("Feb"), _("Mar"), _("Apr"), _("May"), _("Jun"),
        _("Jul"), _("Aug"), _("Sep"), _("Oct"), _("Nov"), _("Dec"),
    )  # fmt: skip
    return names[number_of_month - 1]


def finite(value: float | None) -> bool:
    """Return True if there is a value to show."""
    return value is not None and math.isfinite(value)


def shorten(text: str, most: int = _LINE) -> str:
    """Return a foreign text on one line, at most `most` letters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
