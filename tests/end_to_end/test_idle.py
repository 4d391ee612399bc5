"""An engine with nothing to do sleeps: counts of wake-ups, which other load cannot add to."""

import asyncio
import signal
from pathlib import Path

from tests.end_to_end.test_headless import finish, start
from tests.support.idleness import Idleness, idleness
from tests.support.waiting import until

_SETTLED = 8.0  # s after the start, which leaves threads and collections behind
_WATCHED = 20.0  # s
_MOST = 3.0  # wake-ups a second


async def test_an_engine_without_bots_is_woken_three_times_a_second_at_the_most(
    tmp_path: Path,
) -> None:
    process = start("run", f"--data-dir={tmp_path}", BOT_TOKENS="")
    try:
        log = tmp_path / "logs" / "gavatcore.log"
        await until(lambda: log.exists() and "running" in log.read_text(), "a running engine")
        await asyncio.sleep(_SETTLED)  # time alone makes it idle
        found: Idleness = await idleness(process.pid, _WATCHED)
    finally:
        process.send_signal(signal.SIGTERM)
        finish(process)
    assert found.wakeups <= _MOST, found.by_thread
