"""`gavatcore report` says in words what the engine told in codes."""

import os
from pathlib import Path

import msgspec
import pytest

from engine.bots.connection.state import FleetStats
from engine.bots.messages.outcome import SkipReason
from engine.cli.app import main
from engine.files.data_lock import hold_data_directory
from engine.snapshot import EnginePhase, Health
from engine.state_file import FILE_NAME, EngineState
from engine.watch.alert_lines import AlertRecord


def test_alerts_and_unanswered_messages_are_told_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = EngineState(
        os.getpid(), 1.0, EnginePhase.RUNNING, Health.DEGRADED, 5.0, FleetStats(), (), (), None,
        unanswered={SkipReason.EXPIRED: 2, SkipReason.NOT_ADDRESSED: 1_200},
        alerts=(AlertRecord("messages_expired", "warning", 1.0, {"count": 2}),),
    )  # fmt: skip
    (tmp_path / FILE_NAME).write_bytes(msgspec.json.encode(state))
    with hold_data_directory(tmp_path):
        assert main(["report", f"--data-dir={tmp_path}"]) == 0
    said = capsys.readouterr().out
    assert "2 messages came too late to be answered" in said
    told = [" ".join(line.split()) for line in said.splitlines()]
    rare, common = told.index("Too late for an answer 2"), told.index("Not meant for the bot 1,200")
    assert common < rare
