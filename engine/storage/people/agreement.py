"""Whether somebody agreed when they wrote a line, and still does; no I/O.

Telegram dates to the second. Within one, its numbers of a chat's messages tell what came first;
where they do not, a line of the second of a change counts as written without consent.
"""

from dataclasses import dataclass

FIRST_SUPERGROUP = -1_000_000_000_000  # marked ids of supergroups are at or below it
_SECOND = 1.0  # Telegram's unit of time


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was written."""

    at: float  # seconds since 1970
    message: int | None = None  # Telegram's number of it; None: unknown, or of no use

    def is_surely_after(self, other: "Moment") -> bool:
        later = self.at - other.at
        if self.message is None or other.message is None:
            return later >= _SECOND
        # A bot that took over the account's name counts its messages anew: time must agree.
        return self.message > other.message and later > -_SECOND


@dataclass(frozen=True, slots=True)
class Wrote:
    """A line as far as consent goes: who wrote it, and when."""

    person: int
    at: float
    message: int | None = None  # Telegram's number
    of_another: bool = False  # the words of somebody else, passed on


@dataclass(frozen=True, slots=True)
class Span:
    """A person's consent from when to when."""

    given: Moment
    ended: Moment | None = None  # None: it stands

    def holds(self, moment: Moment) -> bool:
        ended = self.ended
        return moment.is_surely_after(self.given) and (
            ended is None or ended.is_surely_after(moment)
        )


@dataclass(frozen=True, slots=True)
class Agreement:
    """All that one person ever agreed to for one purpose, with a bot or in a group."""

    chat: int
    spans: tuple[Span, ...] = ()

    @property
    def stands(self) -> bool:
        return any(span.ended is None for span in self.spans)

    def covered(self, line: Wrote) -> bool:
        """Whether it stood when the person wrote `line`, in words of their own."""
        moment = moment_of(self.chat, line.at, line.message)
        return not line.of_another and any(span.holds(moment) for span in self.spans)

    def covers(self, line: Wrote) -> bool:
        """Whether `line` may be read: it was covered, and nothing has been taken back."""
        return self.stands and self.covered(line)


def moment_of(chat: int, at: float, message: int | None) -> Moment:
    """Without the number in a basic group, where each account counts messages for itself."""
    is_counted_alike = chat > 0 or chat <= FIRST_SUPERGROUP
    return Moment(at, message if is_counted_alike else None)
