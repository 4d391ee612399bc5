"""Assembles the local Telegram: state, listener, people, faults; starts and stops it."""

import asyncio
import logging
import random
import time
from collections.abc import Coroutine
from pathlib import Path

from engine.simulator.dispatcher import PayloadDispatcher
from engine.simulator.faults import Faults
from engine.simulator.network.address import ADDRESS
from engine.simulator.network.connection import ClientConnection
from engine.simulator.network.keys import AuthKeys
from engine.simulator.network.rsa_key import ServerKey
from engine.simulator.people.people import People
from engine.simulator.people.regulars import Regulars
from engine.simulator.people.rivals import Rivals
from engine.simulator.world import persistence
from engine.simulator.world.ledger import summarise
from engine.simulator.world.state import new_state
from engine.simulator.world.world import World

log = logging.getLogger(__name__)

API_ID, API_HASH = 1, "0" * 32  # any value will do here
_SAVE_AFTER = 2.0  # seconds; more if saving takes long
_SAVE_SHARE = 0.02  # of the time, at most


class Server:
    """Owns all parts; one event loop, one process."""

    def __init__(
        self, directory: Path, *, seed: int, random_id_memory: float, regulars: bool = False
    ) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self.server_key = ServerKey(directory)
        saved = persistence.load(directory)
        self.is_new = saved is None
        self.chance = random.Random(seed)
        self.world = World(saved or new_state(), random_id_memory=random_id_memory)
        self.keys = AuthKeys(self.world.state)
        self.faults = Faults(self.chance)
        self.dispatcher = PayloadDispatcher(self.world, self.keys, self.faults, self.server_key)
        self.rivals = Rivals(self.world, self.faults, self.chance)
        self.people = (Regulars if regulars else People)(self.world, self.chance)
        self.port = 0
        self._listener: asyncio.Server | None = None
        self._later: set[asyncio.Task[None]] = set()
        self._saver: asyncio.Task[None] | None = None

    async def start(self, port: int) -> None:
        """Listen on 127.0.0.1; port 0 picks a free one, which later restarts keep."""
        await self._listen(port)
        self._saver = asyncio.create_task(self._save_now_and_then())

    async def _listen(self, port: int) -> None:
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(
            lambda: ClientConnection(self.dispatcher), "127.0.0.1", port, backlog=1024
        )
        self.port = self._listener.sockets[0].getsockname()[1]
        ADDRESS.port = self.port

    async def _save_now_and_then(self) -> None:
        pause = _SAVE_AFTER
        while True:
            await asyncio.sleep(pause)
            started = time.perf_counter()
            self.save()
            pause = max(_SAVE_AFTER, (time.perf_counter() - started) / _SAVE_SHARE)

    def save(self) -> None:
        """Save the state."""
        persistence.save(self._directory, self.world.state)

    def clear_faults(self) -> None:
        """End all faults."""
        self.faults.clear()
        self.rivals.clear()
        self.dispatcher.knows_no_key = False

    def drop_connections(self) -> int:
        """Close every connection at once; return how many there were."""
        connections = list(self.dispatcher.connections)
        for connection in connections:
            connection.abort()
        return len(connections)

    def restart(self, seconds: float) -> None:
        """Go away for `seconds`: close listener and connections, forget sessions."""
        self._close_listener()
        self.drop_connections()
        self.keys.forget_sessions()
        self.save()
        self._run_later(self._come_back(seconds))

    def _close_listener(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    async def _come_back(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self._listen(self.port)

    def refuse_keys(self, seconds: float) -> None:
        """Answer everything with -404 for `seconds`; 0: until the faults are cleared."""
        self.dispatcher.knows_no_key = True
        self.drop_connections()
        if seconds:
            self._run_later(self._know_keys(seconds))

    async def _know_keys(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self.dispatcher.knows_no_key = False

    def black_hole(self, seconds: float) -> None:
        """Accept and read but never answer for `seconds`; then close all connections."""
        self.dispatcher.black_hole = True
        self._run_later(self._leave_black_hole(seconds))

    async def _leave_black_hole(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self.end_black_hole()

    def end_black_hole(self) -> None:
        """Answer again, after closing all connections."""
        if self.dispatcher.black_hole:
            self.dispatcher.black_hole = False
            self.drop_connections()

    def _run_later(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    def summary(self) -> dict[str, object]:
        """Return the summary of the ledger."""
        bots = self.world.bots
        return {
            **summarise(self.world.state),
            "connected": len(self.dispatcher.connections),
            "listening": sum(len(self.keys.listening(bot.id)) for bot in bots),
            "protocol_errors": self.dispatcher.protocol_errors,
        }

    async def stop(self) -> None:
        """Close everything and save."""
        self.people.stop()
        self._close_listener()
        for task in (*self._later, self._saver):
            if task is not None:
                task.cancel()
        await asyncio.gather(
            *self._later, *([self._saver] if self._saver else []), return_exceptions=True
        )
        self.drop_connections()
        self.save()
