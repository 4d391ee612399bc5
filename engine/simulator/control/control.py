"""Implements the control port: JSON lines over loopback, to control the simulation.

The first line must be the secret. A request is {"id", "command", "arguments"}; its answer carries
the same id and a result or an error.
"""

import asyncio
import hmac
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from engine.simulator.control.account_control import AccountControl
from engine.simulator.control.group_control import GroupControl
from engine.simulator.faults import FaultRule
from engine.simulator.server import Server
from engine.simulator.world import ledger
from engine.simulator.world.records import MessageRecord
from engine.simulator.world.rpc_error import RpcError
from engine.simulator.world.state import NewerPart

log = logging.getLogger(__name__)

_POLL = 0.01  # seconds between checks of a figure somebody waits for


class ControlRequest(msgspec.Struct):
    """One line from a client."""

    id: int
    command: str
    arguments: dict[str, Any] = {}


class ControlServer:
    """Listens beside the server and turns commands into method calls."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._world = server.world
        self.secret = secrets.token_hex(16)
        self.port = 0
        self._listener: asyncio.Server | None = None
        self._commands: dict[str, Callable[..., Any]] = {
            **AccountControl(server).commands,
            **GroupControl(server.world).commands,
            "add_fault": self._add_fault,
            "refuse_keys": server.refuse_keys,
            "remove_fault": server.faults.remove,
            "clear_faults": server.clear_faults,
            "delete": lambda uid: self._world.withdraw(self._world.message(uid)),
            "black_hole": server.black_hole,
            "drop_connections": server.drop_connections,
            "end_black_hole": server.end_black_hole,
            "ignore_limits": self._ignore_limits,
            "messages": self._messages,
            "restart": server.restart,
            "set_random_id_memory": self._set_random_id_memory,
            "set_rate": server.people.set_rate,
            "show_newer_config": self._show_newer_config,
            "summary": server.summary,
            "wait": self._wait,
            "write": self._write,
        }

    async def start(self) -> None:
        """Listen on a free port of 127.0.0.1."""
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 24)
        self.port = self._listener.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Stop listening."""
        if self._listener is not None:
            self._listener.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            given = (await reader.readline()).strip()
            if not hmac.compare_digest(given, self.secret.encode()):
                return
            async with asyncio.TaskGroup() as running:
                while line := await reader.readline():
                    running.create_task(self._answer(line, writer))
        except ConnectionError:
            log.debug("A control connection broke")
        except asyncio.CancelledError:
            log.debug("A control connection ends with the server")
        finally:
            writer.close()

    async def _answer(self, line: bytes, writer: asyncio.StreamWriter) -> None:
        answer: dict[str, Any] = {"id": 0}
        try:
            request = msgspec.json.decode(line, type=ControlRequest)
            answer["id"] = request.id
            result = self._commands[request.command](**request.arguments)
            answer["result"] = await result if isinstance(result, Awaitable) else result
        except RpcError as error:
            answer["error"] = str(error)
        except Exception as error:  # noqa: BLE001 - a wrong command must not end the simulation
            answer["error"] = f"{type(error).__name__}: {error}"
        writer.write(msgspec.json.encode(answer) + b"\n")

    # --- commands ---

    def _add_fault(self, rule: dict[str, Any]) -> int:
        return self._server.faults.add(msgspec.convert(rule, FaultRule))

    def _write(
        self,
        person: int,
        to: int,
        text: str,
        reply_to: int,
        *,
        anonymous: bool,
        newer: str | None = None,
    ) -> MessageRecord:
        message = self._world.write(
            self._world.account(person),
            to,
            text,
            reply_to,
            anonymous=anonymous,
            newer=NewerPart(newer) if newer else None,
        )
        return ledger.record(message)

    def _show_newer_config(self) -> None:
        self._world.newer_config = True

    def _ignore_limits(self) -> None:
        self._world.honours_limits = False

    def _set_random_id_memory(self, seconds: float) -> None:
        self._world.random_id_memory = seconds

    def _messages(self, chat: int | None, sender: int | None, since: int) -> list[MessageRecord]:
        return [
            ledger.record(message)
            for message in self._world.state.messages[since:]
            if chat in (None, message.chat) and sender in (None, message.sender)
        ]

    async def _wait(self, figure: str, at_least: int, timeout: float) -> dict[str, object]:  # noqa: ASYNC109 - travels over the wire
        """Wait until a figure of the summary reaches `at_least`; return the summary."""
        async with asyncio.timeout(timeout):
            while True:
                started = time.perf_counter()
                summary = self._server.summary()
                value = summary[figure]
                if isinstance(value, int) and value >= at_least:
                    return summary
                took = time.perf_counter() - started
                await asyncio.sleep(max(_POLL, 20 * took))  # a long ledger takes long to read
