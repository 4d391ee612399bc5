"""Something a person should know, as long as it lasts.

What there may be an alert about are the kinds of `alert_kinds`, one file each.
"""

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Self

if TYPE_CHECKING:
    from engine.watch.observation import Observation  # the window needs no more than the words


class Severity(enum.IntEnum):
    """How loudly to say it."""

    NOTICE = 0
    WARNING = 1
    CRITICAL = 2


class Shown(enum.Enum):
    """A figure that an overview shows, and that an alert may mark as wrong."""

    BOTS_ONLINE = enum.auto()
    LOOP_LAG = enum.auto()


class Verdict(NamedTuple):
    """A kind's judgement of one tick: wrong, right, or neither (None) and all stays as it is."""

    wrong: bool | None
    figures: "AlertFigures"


class AlertFigures:
    """What an alert tells in numbers: each kind is a frozen msgspec Struct beside this class.

    The fields are stored and read back by their names: a new one needs a default.
    """

    __slots__ = ()

    code: ClassVar[str]  # names the kind in reports and in the database
    severity: ClassVar[Severity] = Severity.WARNING
    raise_after: ClassVar[float] = 0.0  # seconds it must be wrong until the alert is raised
    clear_after: ClassVar[float] = 0.0  # seconds it must be right until the alert is over
    heals: ClassVar[bool] = False  # a person need not, and mostly cannot, do anything about it
    marks: ClassVar[Shown | None] = None

    @classmethod
    def judge(cls, seen: "Observation") -> Verdict | None:
        """Judge one tick; None where there is nothing to judge yet."""
        raise NotImplementedError

    @property
    def sentence(self) -> str:
        """What is wrong, and what to do, in the language in use."""
        raise NotImplementedError

    @classmethod
    def over(cls) -> str | None:
        """Say that it is over; None where that is not worth a notice."""
        return None


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing wrong. At most one alert of a kind stands."""

    figures: AlertFigures
    severity: Severity
    since: float  # seconds since the epoch

    @classmethod
    def of(cls, figures: AlertFigures, since: float) -> Self:
        """Make an alert as severe as its kind is."""
        return cls(figures, figures.severity, since)

    @property
    def kind(self) -> type[AlertFigures]:
        return type(self.figures)

    @property
    def key(self) -> str:
        """The same as long as it is the same thing."""
        return self.figures.code

    @property
    def sentence(self) -> str:
        """What is wrong, and what to do, in the language in use."""
        return self.figures.sentence


@dataclass(frozen=True, slots=True)
class AlertRaised:
    """Event: something went wrong."""

    alert: Alert


@dataclass(frozen=True, slots=True)
class AlertCleared:
    """Event: it is over."""

    alert: Alert
