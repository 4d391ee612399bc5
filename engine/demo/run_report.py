"""Writes the report of one run to a JSON file, for people and for tests."""

import time
from collections import Counter
from pathlib import Path

import msgspec

from engine.bots.connection.cause import URGENCY, Cause
from engine.files.private_files import write_anew
from engine.snapshot import Snapshot
from engine.telemetry.startup import Startup, process_age
from engine.watch.alert_lines import AlertLine, alert_line, alert_records

_MIB = 1 << 20


class MessageCounts(msgspec.Struct):
    """Counts pairs of a person's message and a bot it reached; received is the sum of the others.

    Each message is answered, unanswered for a reason, or lost; duplicated counts further answers.
    """

    received: int = 0
    answered: int = 0
    lost: int = 0
    duplicated: int = 0
    unanswered_by_reason: dict[str, int] = {}

    @classmethod
    def of(cls, snapshot: Snapshot) -> "MessageCounts":
        """Return the engine's own counts, for when no local Telegram keeps a ledger."""
        fleet, reasons = snapshot.fleet, snapshot.unanswered
        return cls(fleet.received, fleet.answered, unanswered_by_reason={**reasons})


class LagStats(msgspec.Struct):
    """The loop's delay over the last minute."""

    p50: float
    p99: float
    max: float


class BotReport(msgspec.Struct):
    """A bot that does not answer, or has something worth reporting."""

    name: str
    cause: str
    problem: str | None = None
    until: float | None = None  # seconds since the epoch, of a flood wait or a pause


class RunReport(msgspec.Struct):
    """The whole report."""

    bots_online: int
    causes: dict[str, int]  # bots by the cause of their state
    bots: list[BotReport]  # without healthy ones
    messages: MessageCounts
    answers_by_source: dict[str, int]  # answers in conversations
    llm_calls: int
    llm_cost: float  # US dollars today
    rss_mb: float
    cpu_percent: float  # of one core, over the process's life
    loop_lag_ms: LagStats
    startup_ms: Startup
    alerts: tuple[AlertLine, ...] = ()  # the active ones at the end, then the last past ones


def make_report(snapshot: Snapshot, messages: MessageCounts, startup: Startup) -> RunReport:
    """Build the report."""
    lag = snapshot.lag
    return RunReport(
        bots_online=snapshot.fleet.online,
        causes=dict(Counter(bot.cause.value for bot in snapshot.bots)),
        bots=[
            BotReport(bot.name, bot.cause.value, bot.problem, bot.flood_until or bot.retry_at)
            for bot in sorted(snapshot.bots, key=lambda bot: (URGENCY[bot.cause], bot.name))
            if bot.cause is not Cause.HEALTHY
        ],
        messages=messages,
        answers_by_source=dict(snapshot.replies.sources),
        llm_calls=snapshot.llm_calls,
        llm_cost=round(snapshot.completions.cost_today, 4),
        rss_mb=round(snapshot.sample.rss / _MIB, 1) if snapshot.sample else 0.0,
        cpu_percent=round(time.process_time() / process_age() * 100, 2),
        loop_lag_ms=LagStats(round(lag.p50, 2), round(lag.p99, 2), round(lag.max, 2)),
        startup_ms=startup,
        alerts=tuple(map(alert_line, alert_records(snapshot.alerts, snapshot.past_alerts))),
    )


def write_report(file: Path, report: RunReport) -> None:
    """Write `file` completely or not at all; raises OSError."""
    content = msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"
    # A link stays: root's /dev/stdout would be replaced otherwise.
    write_anew(
        file.resolve(), content, 0o666
    )  # nothing secret: as readable as the user's other files
