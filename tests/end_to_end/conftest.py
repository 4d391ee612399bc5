"""A local Telegram for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.simulator.client import LocalTelegram


@pytest.fixture
async def telegram(tmp_path: Path) -> AsyncIterator[LocalTelegram]:
    async with await LocalTelegram.start(tmp_path / "telegram") as running:
        yield running
