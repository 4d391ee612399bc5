"""What is told of a running engine, and what is not."""

import msgspec

from engine.bots.connection.cause import Cause
from engine.bots.connection.state import BotPhase, BotState, FleetStats
from engine.commands.status import said, status_of
from engine.snapshot import EnginePhase, Health, Snapshot
from engine.watch.emergency_state import EmergencyCause, EmergencyState
from engine.watch.sample import LoopLag, Sample, Thresholds
from engine.wording.formatting import duration

TITLE = "Friends of a secret illness"


def snapshot(*bots: BotState, emergency: EmergencyState | None = None) -> Snapshot:
    return Snapshot(
        at=1.0,
        phase=EnginePhase.RUNNING,
        uptime=3_720.0,
        health=Health.NORMAL,
        emergency=emergency,
        alerts=(),
        fleet=FleetStats(),
        unanswered={},
        bots=bots,
        caches=(),
        sample=Sample(1.0, 96 << 20, 0, 0.62, 0.0, 1, 1, 0, 0, 0, 0, 0.0),
        lag=LoopLag(),
        llm_calls=0,
        thresholds=Thresholds(0, 0),
    )


def test_no_title_of_a_group_is_told() -> None:
    bot = BotState("ada", BotPhase.ONLINE, muted_in=(TITLE,), privacy_mode_in=(TITLE,))
    told = msgspec.json.encode(status_of(snapshot(bot)))
    assert b'"ada"' in told
    assert TITLE.encode() not in told


def test_a_person_is_told_in_a_few_lines() -> None:
    bots = [BotState(name, BotPhase.ONLINE) for name in ("ada", "bora")]
    bots.append(BotState("cem", BotPhase.STOPPED, cause=Cause.PAUSED))
    told = status_of(snapshot(*bots))
    assert said(told).splitlines() == [
        f"The engine (process {told.pid}) has run for {duration(3_720)}: normal.",
        "Bots: 2 online, 1 paused.",
        "Memory 96.0\N{NO-BREAK SPACE}MiB, CPU 0.6% of a core.",
        "No alert stands.",
    ]


def test_emergency_mode_is_told() -> None:
    state = EmergencyState(1.0, EmergencyCause.OPERATOR, ())
    told = said(status_of(snapshot(emergency=state)))
    assert "There are no bots yet." in told
    assert "turned on by you" in told
