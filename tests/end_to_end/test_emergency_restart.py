"""Emergency mode and a whole engine's restarts."""

from pathlib import Path

from engine.commands.emergency_off import LeaveEmergency
from engine.commands.emergency_on import EnterEmergency
from engine.engine import Engine
from engine.gates import Gate
from engine.settings import load_settings


async def test_emergency_mode_outlives_a_restart_and_its_leaving_too(tmp_path: Path) -> None:
    seen = []
    for step in ("enter", "leave", "look"):
        engine = Engine(load_settings(tmp_path, OS_KEYRING=False))
        await engine.start()
        seen.append(engine.snapshot().emergency is not None)
        if step == "enter":
            await engine.command(EnterEmergency())
        elif step == "leave":
            await engine.command(LeaveEmergency())
        await engine.stop()
    assert seen == [False, True, False]


async def test_the_snapshot_names_what_is_closed_whoever_closed_it(tmp_path: Path) -> None:
    engine = Engine(load_settings(tmp_path, OS_KEYRING=False, DISABLE_AI_MODELS=True))
    await engine.start()
    await engine.command(EnterEmergency())
    assert engine.snapshot().closed == tuple(Gate)
    await engine.command(LeaveEmergency())
    assert engine.snapshot().closed == (Gate.LLM_CALLS,)
    await engine.stop()
