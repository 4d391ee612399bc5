"""Qt draws into memory here: no test needs a screen, nor may one appear."""

import os
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from desktop.event_loop.loop import QtLoop

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[QtLoop]:
    """A fresh loop, shut down as `asyncio.run` would."""
    loop = QtLoop(qapp)
    yield loop
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()
