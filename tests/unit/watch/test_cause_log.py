"""What the log says when bots fall silent."""

import logging

import pytest

from engine.bots.connection.cause import Cause
from engine.bots.connection.state import BotPhase, BotState
from engine.watch.cause_log import CauseLog


def _bots(cause: Cause, count: int = 200) -> list[BotState]:
    return [BotState(f"bot{number}", BotPhase.ONLINE, cause=cause) for number in range(count)]


def test_200_bots_with_one_cause_are_one_line_and_only_when_it_changes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    log = CauseLog()
    for cause in (Cause.STARTING, Cause.HEALTHY, Cause.HEALTHY, Cause.DEAF, Cause.HEALTHY):
        log.note(_bots(cause))
    assert [record.levelname for record in caplog.records] == ["INFO", "WARNING", "INFO"]
    assert caplog.messages[1] == "bot0, bot1, bot2, bot3, bot4 and 195 more: served no updates"
