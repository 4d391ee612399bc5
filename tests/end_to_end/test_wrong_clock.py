"""A machine's clock that is wrong, and is set right between two runs, loses and delays nothing."""

from pathlib import Path

import pytest

from engine.clock import SystemClock
from engine.engine import Engine
from engine.settings import load_settings
from engine.simulator.client import LocalTelegram
from engine.simulator.faults import FaultKind
from tests.support.engines import all_online, until_fleet
from tests.support.waiting import until

SEND = "messages.sendMessage"


class WrongClock(SystemClock):
    def __init__(self, off: float) -> None:
        self._off = off

    def now(self) -> float:
        return super().now() + self._off


@pytest.mark.parametrize(("first", "second"), [(-7200.0, 0.0), (7200.0, 0.0), (0.0, 7200.0)])
async def test_a_clock_set_right_or_wrong_between_two_runs_makes_no_message_late(
    telegram: LocalTelegram, tmp_path: Path, first: float, second: float
) -> None:
    bot = await telegram.add_bot("Anna")
    ada = await telegram.add_person("Ada")
    await telegram.add_fault(FaultKind.FLOOD_WAIT, method=SEND, times=1, seconds=4)
    settings = load_settings(tmp_path, **telegram.settings([bot]))
    engine = Engine(settings, WrongClock(first))
    await engine.start()
    await until_fleet(engine, all_online)
    await telegram.write(ada, bot, "hello")
    await telegram.write(ada, bot, "are you there?")
    await until(lambda: engine.snapshot().bots[0].flood_until, "a flood wait")
    await engine.stop()
    engine = Engine(settings, WrongClock(second))
    await engine.start()
    try:
        summary = await telegram.wait_for("answered", 2, within=30)
    finally:
        await engine.stop()
    assert engine.snapshot().unanswered == {}
    assert (summary.answered, summary.floods_ignored) == (2, 0)
