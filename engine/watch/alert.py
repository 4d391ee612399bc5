"""Defines alerts: something a person should know, while it lasts.

The kinds of alerts are in `alert_kinds`, one file each.
"""

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Self

if TYPE_CHECKING:
    from engine.watch.observation import Observation  # the window needs only the words


class Severity(enum.IntEnum):
    """The severity of an alert."""

    NOTICE = 0
    WARNING = 1
    CRITICAL = 2


class Shown(enum.Enum):
    """A figure of an overview that an alert may mark as wrong."""

    BOTS_ONLINE = enum.auto()
    LOOP_LAG = enum.auto()


class AlertVerdict(NamedTuple):
    """A kind's judgement of one tick: wrong, right, or neither (None), which changes nothing."""

    wrong: bool | None
    figures: "AlertFigures"


class AlertFigures:
    """The figures of an alert; each kind is a frozen msgspec Struct beside this class.

    The fields are stored and read by their names: a new one needs a default.
    """

    __slots__ = ()

    code: ClassVar[str]  # names the kind in reports and in the database
    severity: ClassVar[Severity] = Severity.WARNING
    raise_after: ClassVar[float] = 0.0  # seconds of wrong verdicts until the alert is raised
    clear_after: ClassVar[float] = 0.0  # seconds of right verdicts until the alert is over
    heals: ClassVar[bool] = False  # a person need not, and usually cannot, do anything about it
    marks: ClassVar[Shown | None] = None

    @classmethod
    def judge(cls, seen: "Observation") -> AlertVerdict | None:
        """Judge one tick; None if there is nothing to judge yet."""
        raise NotImplementedError

    @property
    def sentence(self) -> str:
        """The problem and its remedy, in the language in use."""
        raise NotImplementedError

    @classmethod
    def over(cls) -> str | None:
        """Return the sentence for its end; None if that is not worth a notice."""
        return None


@dataclass(frozen=True, slots=True)
class Alert:
    """One problem. At most one alert of a kind is active."""

    figures: AlertFigures
    severity: Severity
    since: float  # seconds since the epoch

    @classmethod
    def of(cls, figures: AlertFigures, since: float) -> Self:
        """Create an alert with its kind's severity."""
        return cls(figures, figures.severity, since)

    @property
    def kind(self) -> type[AlertFigures]:
        """The kind of alert."""
        return type(self.figures)

    @property
    def key(self) -> str:
        """The same while it is the same problem."""
        return self.figures.code

    @property
    def sentence(self) -> str:
        """The problem and its remedy, in the language in use."""
        return self.figures.sentence


@dataclass(frozen=True, slots=True)
class AlertRaised:
    """Event: an alert was raised."""

    alert: Alert


@dataclass(frozen=True, slots=True)
class AlertCleared:
    """Event: an alert is over."""

    alert: Alert
