"""`gavatcore report` says in words what the engine told in codes."""

import os
from pathlib import Path

import pytest

from engine.bots.connection.state import FleetStats
from engine.bots.skip_reason import SkipReason
from engine.cli.app import main
from engine.cli.report import system_report
from engine.commands.status import EngineStatus
from engine.files.data_lock import hold_data_directory
from engine.snapshot import EnginePhase, Health
from engine.watch.alert_lines import AlertRecord


def test_alerts_and_unanswered_messages_are_told_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    status = EngineStatus(
        os.getpid(), 1.0, EnginePhase.RUNNING, Health.DEGRADED, 5.0, FleetStats(), (), (), None,
        unanswered={SkipReason.EXPIRED: 2, SkipReason.NOT_ADDRESSED: 1_200},
        alerts=(AlertRecord("messages_expired", "warning", 1.0, {"count": 2}),),
    )  # fmt: skip
    monkeypatch.setattr(system_report, "engine_status", lambda _directory: status)
    with hold_data_directory(tmp_path):
        assert main(["report", f"--data-dir={tmp_path}"]) == 0
    said = capsys.readouterr().out
    assert "2 messages came too late to be answered" in said
    told = [" ".join(line.split()) for line in said.splitlines()]
    rare, common = told.index("Too late for an answer 2"), told.index("Not meant for the bot 1,200")
    assert common < rare
