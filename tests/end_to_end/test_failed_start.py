"""An engine that cannot start leaves nothing open behind it, and starts when that is mended."""

import asyncio
import threading
from pathlib import Path

import pytest

from engine.engine import Engine
from engine.errors import GavatcoreError
from engine.settings import load_settings
from engine.simulator.client import LocalTelegram
from engine.snapshot import EnginePhase


@pytest.mark.parametrize(
    "damaged",
    [Path("personas", "mine.toml"), Path("paused.json")],
    ids=["before the fleet is made", "after it is made"],
)
async def test_what_was_open_is_closed_again(
    telegram: LocalTelegram, tmp_path: Path, damaged: Path
) -> None:
    bots = [await telegram.add_bot(name) for name in ("Anna", "Bora")]
    directory = tmp_path / "engine"
    file = directory / damaged
    file.parent.mkdir(parents=True)
    file.write_text("{ nothing that can be read")
    tasks, threads = asyncio.all_tasks(), _threads()
    settings = load_settings(directory, **telegram.settings(bots))
    engine = Engine(settings)
    with pytest.raises(GavatcoreError, match=damaged.name):
        await engine.start()
    assert asyncio.all_tasks() == tasks
    assert _threads() == threads
    await engine.stop()

    file.unlink()
    again = Engine(settings)
    await again.start()
    assert again.snapshot().phase is EnginePhase.RUNNING
    await again.stop()


def _threads() -> set[str]:
    """But those of the loop's own pool, which live as long as it does."""
    return {one.name for one in threading.enumerate() if not one.name.startswith("asyncio_")}
