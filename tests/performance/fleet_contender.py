"""A contender of the fleet benchmark: `bare` Telethon on asyncio, or the `engine` in Qt's loop."""

import asyncio
import contextlib
import cProfile
import gc
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication
from telethon import TelegramClient, events
from telethon.crypto.rsa import add_key
from telethon.sessions import StringSession

from desktop.event_loop.loop import QtLoop
from engine.bots.connection.state import FleetChanged
from engine.engine import Engine
from engine.settings import load_settings
from tests.performance.parts import by_part

Online = Callable[[], Awaitable[None]]


_GLANCE = 0.005  # s between two looks at how late the loop is


class _Stalls:
    """How long the loop was held, seen every 5 ms."""

    def __init__(self) -> None:
        self.longest = 0.0
        self.over_10_ms = 0
        self._loop = asyncio.get_running_loop()
        self._last = self._loop.time()
        self._loop.call_later(_GLANCE, self._look)

    def _look(self) -> None:
        now = self._loop.time()
        late = now - self._last - _GLANCE
        self.longest = max(self.longest, late)
        self.over_10_ms += late > 0.01
        self._last = now
        self._loop.call_later(_GLANCE, self._look)


def _say(**what: float) -> None:
    print(json.dumps(what), flush=True)


async def _line() -> Any:
    text = await asyncio.to_thread(sys.stdin.readline)
    return json.loads(text) if text else None


async def _answer_until_told(lag_p99_ms: Callable[[], float]) -> None:
    _say(online=1)
    told = await _line()
    if told == "watch":
        stalls = _Stalls()
        await _line()
        _say(longest_ms=stalls.longest * 1000, over_10_ms=stalls.over_10_ms)
        return
    profile = cProfile.Profile(time.thread_time) if told == "profile" else None
    began, loop_began = time.process_time(), time.thread_time()
    _say(begun=1)
    if profile is not None:
        profile.enable()
    await _line()
    figures = {
        "cpu": time.process_time() - began,
        "loop_cpu": time.thread_time() - loop_began,
        "lag_p99_ms": lag_p99_ms(),
    }
    if profile is not None:
        profile.disable()
        figures |= by_part(profile)
    _say(**figures)
    await _line()


async def _bare(setup: dict[str, Any]) -> None:
    """As Telethon's own documentation shows it, with sessions kept from round to round."""
    add_key(Path(setup["key_file"]).read_text(), old=False)
    directory = Path(setup["directory"])
    directory.mkdir(exist_ok=True)
    turns = asyncio.Semaphore(4)

    async def online(token: str) -> TelegramClient:
        file = directory / token.partition(":")[0]
        session = StringSession(file.read_text() if file.exists() else None)
        session.set_dc(setup["dc"], setup["host"], setup["port"])
        client = TelegramClient(session, setup["api_id"], setup["api_hash"])

        @client.on(events.NewMessage(incoming=True))  # type: ignore[untyped-decorator]  # Telethon ships no types
        async def reply(event: Any) -> None:
            await event.reply(event.raw_text)

        async with turns:
            await client.start(bot_token=token)
        file.write_text(session.save())
        return client

    clients = await asyncio.gather(*(online(token) for token in setup["tokens"]))
    await _answer_until_told(lambda: 0.0)
    for client in clients:
        await client.disconnect()


async def _engine(setup: dict[str, Any]) -> None:
    directory = Path(setup["directory"])
    directory.mkdir(exist_ok=True)
    settings = load_settings(
        directory,
        TELEGRAM_SERVER=f"{setup['host']}:{setup['port']}",
        TELEGRAM_SERVER_KEY=setup["key_file"],
        TELEGRAM_DC=setup["dc"],
        TELEGRAM_API_ID=setup["api_id"],
        TELEGRAM_API_HASH=setup["api_hash"],
        BOT_TOKENS=" ".join(setup["tokens"]),
    )
    engine = Engine(settings)
    online = asyncio.Event()
    engine.subscribe(FleetChanged, lambda e: online.set() if e.online == e.total else None)
    await engine.start()
    gc.freeze()  # as the product does
    await online.wait()
    await _answer_until_told(lambda: engine.snapshot().lag.p99)
    await engine.stop()


def main() -> None:
    setup = json.loads(sys.stdin.readline())
    if sys.argv[1] == "bare":
        asyncio.run(_bare(setup))
        return
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = QApplication([])
    with contextlib.closing(QtLoop(app)) as loop:
        loop.run_until_complete(_engine(setup))


if __name__ == "__main__":
    main()
