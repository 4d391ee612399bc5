"""What an engine says when the system lets it open no more files."""

import errno
from pathlib import Path

import pytest

from engine.engine import Engine
from engine.settings import load_settings
from engine.watch.alert_kinds.files_short import FilesShort
from tests.support.waiting import until


async def test_files_used_up_are_one_alert_and_no_traceback(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    engine = Engine(load_settings(tmp_path, OS_KEYRING=False))
    await engine.start()
    try:
        for _ in range(100):
            engine.report_error(OSError(errno.EMFILE, "Too many open files", "/secret/path"))
        await until(lambda: bool(engine.snapshot().alerts), "an alert")
        (alert,) = engine.snapshot().alerts
    finally:
        await engine.stop()
    assert alert.kind is FilesShort
    assert not [record for record in caplog.records if record.exc_info]
    assert sum("raise the limit" in message for message in caplog.messages) == 1
    assert "/secret/path" not in caplog.text
