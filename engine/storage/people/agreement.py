"""Decides if somebody agreed when they wrote a line, and still does; no I/O.

Telegram's dates have seconds. Within one second, the message ids of a chat tell the order. Where
they do not, a line in the second of a change counts as written without consent.
"""

from dataclasses import dataclass

FIRST_SUPERGROUP = -1_000_000_000_000  # marked ids of supergroups are at or below it
_SECOND = 1.0  # Telegram's unit of time


@dataclass(frozen=True, slots=True)
class Moment:
    """The time when something was written."""

    at: float  # seconds since 1970
    message: int | None = None  # Telegram's message id; None: unknown, or not comparable

    def is_surely_after(self, other: "Moment") -> bool:
        """Return True if this is certainly later than `other`."""
        later = self.at - other.at
        if self.message is None or other.message is None:
            return later >= _SECOND
        # A bot that took over the account's name has its own message ids, so the time must agree.
        return self.message > other.message and later > -_SECOND


@dataclass(frozen=True, slots=True)
class Wrote:
    """The writer and time of a line, for the check of consent."""

    person: int
    at: float
    message: int | None = None  # Telegram's message id
    of_another: bool = False  # words of somebody else, forwarded


@dataclass(frozen=True, slots=True)
class Span:
    """The time in which a person's consent holds."""

    given: Moment
    ended: Moment | None = None  # None: it is active

    def holds(self, moment: Moment) -> bool:
        """Return True if the moment certainly lies within it."""
        ended = self.ended
        return moment.is_surely_after(self.given) and (
            ended is None or ended.is_surely_after(moment)
        )


@dataclass(frozen=True, slots=True)
class Agreement:
    """Everything that one person agreed to for one purpose, with a bot or in a group."""

    chat: int
    spans: tuple[Span, ...] = ()

    @property
    def stands(self) -> bool:
        """True if a consent is active now."""
        return any(span.ended is None for span in self.spans)

    def covered(self, line: Wrote) -> bool:
        """Return True if a consent held when the person wrote `line` in their own words."""
        moment = moment_of(self.chat, line.at, line.message)
        return not line.of_another and any(span.holds(moment) for span in self.spans)

    def covers(self, line: Wrote) -> bool:
        """Return True if `line` may be read: it was covered, and consent is still active."""
        return self.stands and self.covered(line)


def moment_of(chat: int, at: float, message: int | None) -> Moment:
    """Return the moment; without the id in a basic group, where each account has its own ids."""
    is_counted_alike = chat > 0 or chat <= FIRST_SUPERGROUP
    return Moment(at, message if is_counted_alike else None)
