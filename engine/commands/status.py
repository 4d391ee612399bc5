"""Reports the state of a running engine: everything for programs, a few lines for people."""

import dataclasses
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from engine.bots.connection.cause import Cause
from engine.bots.connection.state import BotState, FleetStats
from engine.cache.stats import CacheStats
from engine.commands.request import Implementation, Request
from engine.language import _, number
from engine.snapshot import EnginePhase, Health, Snapshot
from engine.storage.database.statistics import DatabaseStatistics
from engine.watch.alert_lines import AlertRecord, alert_line, alert_records
from engine.watch.emergency_state import EmergencyState
from engine.watch.sample import Sample
from engine.wording.codes import code_word
from engine.wording.emergency import emergency_effect, emergency_title
from engine.wording.formatting import duration, mebibytes, percent

if TYPE_CHECKING:
    from engine.commands.controls import Controls


class EngineStatus(msgspec.Struct, frozen=True):
    """The part of a snapshot for others; no secrets, and no people's words."""

    pid: int
    at: float  # seconds since the epoch
    phase: EnginePhase
    health: Health
    uptime: float  # s
    fleet: FleetStats
    bots: tuple[BotState, ...]
    caches: tuple[CacheStats, ...]
    database: DatabaseStatistics | None
    unanswered: dict[str, int] = {}  # messages since the start, by SkipReason
    alerts: tuple[AlertRecord, ...] = ()  # the active ones, then the last past ones
    emergency: EmergencyState | None = None
    sample: Sample | None = None  # None until the first tick


@dataclass(frozen=True, slots=True)
class AskStatus(Request[EngineStatus]):
    """Ask for the engine's state."""


async def run(controls: "Controls", _request: AskStatus) -> EngineStatus:
    """Return the status of this moment."""
    return status_of(controls.snapshot())


def status_of(now: Snapshot) -> EngineStatus:
    """Return the part of a snapshot for others."""
    return EngineStatus(
        os.getpid(),
        now.at,
        now.phase,
        now.health,
        now.uptime,
        now.fleet,
        tuple(map(_without_titles, now.bots)),
        now.caches,
        now.database,
        dict(now.unanswered),
        alert_records(now.alerts, now.past_alerts),
        now.emergency,
        now.sample,
    )


def _without_titles(bot: BotState) -> BotState:
    """Return the bot without chat titles, which are people's words and not needed here."""
    if bot.muted_in or bot.privacy_mode_in:
        return dataclasses.replace(bot, muted_in=(), privacy_mode_in=())
    return bot


def said(status: EngineStatus) -> str:
    """Return a few lines about it; what needs a person comes last."""
    return "\n".join(_lines(status))


def _lines(status: EngineStatus) -> Iterator[str]:
    yield _("The engine (process {pid}) has run for {time}: {health}.").format(
        pid=status.pid, time=duration(status.uptime), health=code_word(status.health.value)
    )
    yield _bots(status.bots)
    if (sample := status.sample) is not None:
        yield _("Memory {memory}, CPU {percent} of a core.").format(
            memory=mebibytes(sample.rss), percent=percent(sample.process_cpu)
        )
    if status.emergency is not None:
        title = emergency_title(status.emergency, status.at)
        yield f"{title} {emergency_effect(status.emergency)}"
    standing = [alert for alert in status.alerts if alert.cleared_at is None]
    if not standing:
        yield _("No alert stands.")
    for alert in standing:
        yield _("Alert: {sentence}").format(sentence=alert_line(alert).sentence)


def _bots(bots: tuple[BotState, ...]) -> str:
    """Return how many bots are in each state, most frequent first."""
    if not bots:
        return _("There are no bots yet.")
    states = Counter("paused" if bot.cause is Cause.PAUSED else bot.phase.value for bot in bots)
    counted = ", ".join(
        _("{count} {state}").format(count=number(count), state=code_word(state))
        for state, count in states.most_common()
    )
    return _("Bots: {states}.").format(states=counted)


IMPLEMENTATION = Implementation(AskStatus, EngineStatus, run, said)
