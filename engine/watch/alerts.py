"""Judges each tick's figures and says what is wrong, once when it begins and once when it ends."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.bots.connection.cause import Cause
from engine.bots.connection.open_files import OpenFiles
from engine.bots.connection.state import BotPhase, BotState, FleetStats
from engine.bus import Bus
from engine.cache.stats import Level
from engine.clock import Clock
from engine.storage.database.errors import StorageTrouble
from engine.watch.alert import Alert, AlertCleared, AlertKind, AlertRaised, Severity
from engine.watch.hysteresis import Hysteresis
from engine.watch.internal_errors import InternalErrors
from engine.watch.sample import LoopLag, Sample

_MIB = 1 << 20
_SLOW_MS = 250.0
_RECENTLY = 600.0  # seconds an alert stands after the last message that was lost to it
_USED_UP_SHOWN = 60.0  # seconds an alert stands after the last file that could not be opened
_TOLERATED_OFFLINE = 20  # one bot in so many may be away without an alert

Figures = dict[str, float | str]


@dataclass(frozen=True, slots=True)
class _Rule:
    severity: Severity
    raise_after: float  # seconds
    clear_after: float  # seconds


_RULES = {
    AlertKind.MEMORY_HIGH: _Rule(Severity.WARNING, 10, 10),
    AlertKind.CPU_HIGH: _Rule(Severity.WARNING, 30, 10),
    # Longer than the minute over which lag is counted: one stall is not a slow loop.
    AlertKind.LOOP_SLOW: _Rule(Severity.WARNING, 75, 10),
    AlertKind.BOTS_OFFLINE: _Rule(Severity.WARNING, 60, 10),
    AlertKind.BOT_REFUSED: _Rule(Severity.WARNING, 0, 0),
    AlertKind.BOT_RIVAL: _Rule(Severity.WARNING, 0, 0),
    AlertKind.BOTS_DEAF: _Rule(Severity.WARNING, 0, 10),
    AlertKind.BOTS_FLOODED: _Rule(Severity.NOTICE, 60, 0),
    AlertKind.BOTS_MUTED: _Rule(Severity.NOTICE, 0, 0),
    AlertKind.FILES_SHORT: _Rule(Severity.WARNING, 0, 0),
    AlertKind.TELEGRAM_UNREACHABLE: _Rule(Severity.CRITICAL, 15, 0),
    AlertKind.STORAGE_TROUBLE: _Rule(Severity.CRITICAL, 0, 0),
    # A level is passed over for a moment at a single late answer; that is not worth a word.
    AlertKind.CACHE_TROUBLE: _Rule(Severity.NOTICE, 3, 3),
    AlertKind.MESSAGES_EXPIRED: _Rule(Severity.WARNING, 0, 0),
    AlertKind.MESSAGES_UNREADABLE: _Rule(Severity.WARNING, 0, 0),
    AlertKind.INTERNAL_ERROR: _Rule(Severity.WARNING, 0, 0),
}


_CAUSES = {
    Cause.RIVAL: AlertKind.BOT_RIVAL,
    Cause.DEAF: AlertKind.BOTS_DEAF,
    Cause.FLOOD_WAIT: AlertKind.BOTS_FLOODED,
    Cause.NO_RIGHTS: AlertKind.BOTS_MUTED,
}


@dataclass(frozen=True, slots=True)
class _Finding:
    """One rule's verdict of this tick: wrong, right, or neither (None)."""

    kind: AlertKind
    bad: bool | None
    figures: Figures


class _Losses:
    """Tells whether a count of messages that were lost to something has grown lately."""

    def __init__(self) -> None:
        self._count = 0
        self._grown_at = -math.inf

    def recent(self, count: int, at: float) -> bool:
        if count > self._count:
            self._count, self._grown_at = count, at
        return at - self._grown_at < _RECENTLY


class Alerts:
    """At most one standing alert of each kind; its figures follow the newest tick.

    `memory_mb` is in MiB, `cpu_percent` of one core. In the first `grace` seconds memory, CPU and
    lag are not judged, and a bot counts as offline only once a login has failed: to be starting
    is no fault. The figures by kind: MEMORY_HIGH rss_mb, threshold_mb; CPU_HIGH percent,
    threshold_percent; LOOP_SLOW p99_ms, threshold_ms; BOTS_OFFLINE and TELEGRAM_UNREACHABLE
    count, total, bot, problem; BOT_REFUSED the same of the first refused; BOT_RIVAL, BOTS_DEAF,
    BOTS_FLOODED and BOTS_MUTED these and until (seconds since the epoch); FILES_SHORT needed,
    allowed, places (if fewer than bots), used_up; STORAGE_TROUBLE and CACHE_TROUBLE problem;
    MESSAGES_EXPIRED count; MESSAGES_UNREADABLE count, bot (the first of them); INTERNAL_ERROR
    count, error (the type of the last).
    """

    def __init__(
        self, memory_mb: int, cpu_percent: int, bus: Bus, clock: Clock, *, grace: float = 60.0
    ) -> None:
        self._memory_mb = memory_mb
        self._cpu_percent = cpu_percent
        self._bus = bus
        self._clock = clock
        self._judged_from = clock.monotonic() + grace
        self._errors = InternalErrors(clock)
        self._storage: StorageTrouble | None = None
        self._caches: dict[Level, str] = {}
        self._files: OpenFiles | None = None
        self._used_up_at = -math.inf
        self._expired = _Losses()
        self._unreadable = _Losses()
        self._steady = {
            kind: Hysteresis(rule.raise_after, rule.clear_after) for kind, rule in _RULES.items()
        }
        self._standing: dict[AlertKind, Alert] = {}

    @property
    def standing(self) -> tuple[Alert, ...]:
        """What is wrong now, the most severe first, then the oldest."""
        return tuple(
            sorted(self._standing.values(), key=lambda alert: (-alert.severity, alert.since))
        )

    @property
    def is_settled(self) -> bool:
        """Whether none is about to be raised or cleared while the figures stay as they are."""
        return all(steady.is_settled for steady in self._steady.values())

    def report_error(self, error: BaseException) -> None:
        """Take an error nobody expected; from any thread, judged at the next tick."""
        self._errors.report(error)

    def report_cache(self, level: Level, sentence: str | None) -> None:
        """Take word that a level of the caches is away, or (None) that it is back."""
        if sentence is None:
            self._caches.pop(level, None)
        else:
            self._caches[level] = sentence

    def report_storage(self, trouble: StorageTrouble | None) -> None:
        """Take word that nothing can be stored, or (None) that it can be again."""
        self._storage = trouble

    def report_files(self, files: OpenFiles) -> None:
        """Take how many files may be opened, and how many the fleet needs."""
        self._files = files

    def report_files_used_up(self) -> None:
        """Take word that a file or a socket could not be opened since there are too many."""
        self._used_up_at = self._clock.monotonic()

    def judge(
        self, sample: Sample, lag: LoopLag, fleet: FleetStats, bots: tuple[BotState, ...]
    ) -> None:
        """Take one tick's figures; call it every five seconds, or each while not `is_settled`."""
        at = self._clock.monotonic()
        findings = [
            *self._judge_bots(fleet, bots),
            *_judge_causes(fleet, bots),
            self._judge_storage(),
            self._judge_caches(),
            *self._judge_files(at),
            self._judge_expired(fleet, at),
            self._judge_unreadable(bots, at),
            self._judge_errors(),
        ]
        if at >= self._judged_from:
            findings += self._judge_load(sample, lag)
        for finding in findings:
            self._settle(finding, at)

    def _judge_load(self, sample: Sample, lag: LoopLag) -> Iterator[_Finding]:
        rss_mb = sample.rss / _MIB
        yield _Finding(
            AlertKind.MEMORY_HIGH,
            _beyond(rss_mb, self._memory_mb, 0.95),
            {"rss_mb": rss_mb, "threshold_mb": self._memory_mb},
        )
        yield _Finding(
            AlertKind.CPU_HIGH,
            _beyond(sample.process_cpu, self._cpu_percent, 0.9),
            {"percent": sample.process_cpu, "threshold_percent": self._cpu_percent},
        )
        yield _Finding(
            AlertKind.LOOP_SLOW,
            _beyond(lag.p99, _SLOW_MS, 0.5),
            {"p99_ms": lag.p99, "threshold_ms": _SLOW_MS},
        )

    def _judge_bots(self, fleet: FleetStats, bots: tuple[BotState, ...]) -> Iterator[_Finding]:
        offline = [bot for bot in bots if _is_offline(bot)]
        refused = [
            bot for bot in bots if bot.phase is BotPhase.REFUSED and bot.cause is not Cause.RIVAL
        ]
        unreachable = bool(offline) and fleet.online == 0
        too_many = len(offline) > fleet.total // _TOLERATED_OFFLINE
        yield _Finding(AlertKind.BOT_REFUSED, bool(refused), _of_bots(refused, fleet))
        yield _Finding(AlertKind.TELEGRAM_UNREACHABLE, unreachable, _of_bots(offline, fleet))
        # With nobody online the one alert above says it all.
        yield _Finding(
            AlertKind.BOTS_OFFLINE,
            None if unreachable else too_many,
            _of_bots(offline, fleet),
        )

    def _judge_caches(self) -> _Finding:
        problem = " ".join(self._caches.values())
        return _Finding(AlertKind.CACHE_TROUBLE, bool(problem), {"problem": problem})

    def _judge_storage(self) -> _Finding:
        problem = self._storage.sentence if self._storage else ""
        return _Finding(AlertKind.STORAGE_TROUBLE, self._storage is not None, {"problem": problem})

    def _judge_files(self, at: float) -> Iterator[_Finding]:
        files = self._files
        if files is not None:
            used_up = at - self._used_up_at < _USED_UP_SHOWN
            figures: Figures = {"needed": files.needed, "allowed": files.allowed or 0}
            if files.places < files.bots:
                figures["places"] = files.places
            elif used_up:
                figures["used_up"] = 1
            yield _Finding(AlertKind.FILES_SHORT, used_up or not files.suffice, figures)

    def _judge_expired(self, fleet: FleetStats, at: float) -> _Finding:
        recent = self._expired.recent(fleet.expired, at)
        return _Finding(AlertKind.MESSAGES_EXPIRED, recent, {"count": fleet.expired})

    def _judge_unreadable(self, bots: tuple[BotState, ...], at: float) -> _Finding:
        count = sum(bot.unreadable for bot in bots)
        name = next((bot.name for bot in bots if bot.unreadable), "")
        recent = self._unreadable.recent(count, at)
        return _Finding(AlertKind.MESSAGES_UNREADABLE, recent, {"count": count, "bot": name})

    def _judge_errors(self) -> _Finding:
        return _Finding(
            AlertKind.INTERNAL_ERROR,
            self._errors.recent,
            {"count": self._errors.count, "error": self._errors.last},
        )

    def _settle(self, finding: _Finding, at: float) -> None:
        steady = self._steady[finding.kind]
        stands = steady.judge(finding.bad, at)
        standing = self._standing.get(finding.kind)
        if stands and standing is None:
            alert = Alert(
                key=finding.kind.value,
                kind=finding.kind,
                severity=_RULES[finding.kind].severity,
                since=self._clock.now() - steady.bad_for(at),
                figures=finding.figures,
            )
            self._standing[finding.kind] = alert
            self._bus.publish(AlertRaised(alert))
        elif stands and standing is not None and finding.bad:
            self._standing[finding.kind] = replace(standing, figures=finding.figures)
        elif not stands and standing is not None:
            del self._standing[finding.kind]
            self._bus.publish(AlertCleared(standing))


def _beyond(value: float, line: float, right_below: float) -> bool | None:
    """Whether `value` is over the line, or under the share of it from which it is right again."""
    if value > line:
        return True
    return False if value < line * right_below else None


def _judge_causes(fleet: FleetStats, bots: tuple[BotState, ...]) -> Iterator[_Finding]:
    """One alert for each cause, however many bots have it."""
    for cause, kind in _CAUSES.items():
        concerned = [bot for bot in bots if bot.cause is cause]
        until = max((bot.flood_until or bot.retry_at or 0.0 for bot in concerned), default=0.0)
        yield _Finding(kind, bool(concerned), _of_bots(concerned, fleet) | {"until": until})


def _is_offline(bot: BotState) -> bool:
    """Whether it failed to log in or lost its connection, also while it tries again."""
    if bot.cause is Cause.ASLEEP:  # it has just begun to try
        return False
    if bot.phase is BotPhase.RETRYING:
        return True
    return bot.phase in {BotPhase.WAITING, BotPhase.CONNECTING} and bot.attempts > 0


def _of_bots(concerned: list[BotState], fleet: FleetStats) -> Figures:
    first = concerned[0] if concerned else None
    return {
        "count": len(concerned),
        "total": fleet.total,
        "bot": first.name if first else "",
        "problem": (first.problem if first else None) or "",
    }
