"""Emergency mode and a whole engine's restarts."""

from pathlib import Path

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
            engine.enter_emergency()
        elif step == "leave":
            engine.leave_emergency()
        await engine.stop()
    assert seen == [False, True, False]


async def test_the_snapshot_names_what_is_closed_whoever_closed_it(tmp_path: Path) -> None:
    engine = Engine(load_settings(tmp_path, OS_KEYRING=False, DISABLE_AI_MODELS=True))
    await engine.start()
    engine.enter_emergency()
    assert engine.snapshot().closed == tuple(Gate)
    engine.leave_emergency()
    assert engine.snapshot().closed == (Gate.LLM_CALLS,)
    await engine.stop()
