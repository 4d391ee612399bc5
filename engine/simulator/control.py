"""The control port: JSON lines over loopback, by which a test or a demo drives the simulation.

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

from engine.simulator import ledger
from engine.simulator.faults import FaultRule
from engine.simulator.records import LocalBot, LocalGroup, LocalPerson, MessageRecord
from engine.simulator.rpc_error import RpcError
from engine.simulator.server import Server
from engine.simulator.state import Account, Chat, Rank

log = logging.getLogger(__name__)

_POLL = 0.01  # seconds between looks at a figure somebody waits for


class Request(msgspec.Struct):
    """One line from a client."""

    id: int
    command: str
    arguments: dict[str, Any] = {}


def bot_record(account: Account) -> LocalBot:
    return LocalBot(account.id, account.name, account.username, account.token)


def _group_record(chat: Chat) -> LocalGroup:
    return LocalGroup(chat.marked, chat.title, chat.supergroup)


class Control:
    """Listens beside the server and turns commands into its methods."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._world = server.world
        self.secret = secrets.token_hex(16)
        self.port = 0
        self._listener: asyncio.Server | None = None
        self._commands: dict[str, Callable[..., Any]] = {
            "add_bot": self._add_bot,
            "add_person": self._add_person,
            "add_group": self._add_group,
            "add_fault": self._add_fault,
            "remove_fault": server.faults.remove,
            "clear_faults": server.faults.clear,
            "block": self._block,
            "black_hole": server.black_hole,
            "bots": self._bots,
            "drop_connections": server.drop_connections,
            "end_black_hole": server.end_black_hole,
            "groups": self._groups,
            "join": self._join,
            "leave": self._leave,
            "login_code": server.keys.logins.last_code,
            "messages": self._messages,
            "migrate": self._migrate,
            "people": self._people,
            "restart": server.restart,
            "revoke": self._revoke,
            "set_privacy": self._set_privacy,
            "set_random_id_memory": self._set_random_id_memory,
            "set_rank": self._set_rank,
            "set_rate": server.people.set_rate,
            "summary": server.summary,
            "wait": self._wait,
            "write": self._write,
        }

    async def start(self) -> None:
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 24)
        self.port = self._listener.sockets[0].getsockname()[1]

    def stop(self) -> None:
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
            request = msgspec.json.decode(line, type=Request)
            answer["id"] = request.id
            result = self._commands[request.command](**request.arguments)
            answer["result"] = await result if isinstance(result, Awaitable) else result
        except RpcError as error:
            answer["error"] = str(error)
        except Exception as error:  # noqa: BLE001 - a wrong command must not end the simulation
            answer["error"] = f"{type(error).__name__}: {error}"
        writer.write(msgspec.json.encode(answer) + b"\n")

    # --- commands ---

    def _add_bot(self, name: str, privacy: bool) -> LocalBot:
        return bot_record(self._world.add_bot(name, privacy_mode=privacy))

    def _add_person(
        self, name: str, phone: str | None = None, password: str | None = None
    ) -> LocalPerson:
        account = self._world.add_person(name)
        if phone:
            self._server.keys.logins.register(account, phone, password)
        return LocalPerson(account.id, account.name, account.username)

    def _add_group(
        self, title: str, supergroup: bool, members: list[int], administrators: list[int]
    ) -> LocalGroup:
        chat = self._world.add_group(
            title, supergroup=supergroup, members=members, administrators=administrators
        )
        return _group_record(chat)

    def _add_fault(self, rule: dict[str, Any]) -> int:
        return self._server.faults.add(msgspec.convert(rule, FaultRule))

    def _bots(self) -> list[LocalBot]:
        return [bot_record(account) for account in self._world.bots]

    def _people(self) -> list[LocalPerson]:
        return [LocalPerson(a.id, a.name, a.username) for a in self._world.people]

    def _groups(self) -> list[LocalGroup]:
        chats = self._world.state.chats.values()
        return [_group_record(chat) for chat in chats if not chat.migrated_to]

    def _write(self, person: int, to: int, text: str, reply_to: int) -> MessageRecord:
        message = self._world.write(self._world.account(person), to, text, reply_to)
        return ledger.record(message)

    def _join(self, chat: int, who: int) -> None:
        self._world.join(self._world.chat(chat), who)

    def _leave(self, chat: int, who: int) -> None:
        self._world.leave(self._world.chat(chat), who)

    def _set_rank(self, chat: int, who: int, rank: str) -> None:
        self._world.set_rank(self._world.chat(chat), who, Rank(rank))

    def _set_privacy(self, bot: int, on: bool) -> None:
        self._world.account(bot).privacy = on

    def _set_random_id_memory(self, seconds: float) -> None:
        self._world.random_id_memory = seconds

    def _block(self, person: int, bot: int, blocked: bool) -> None:
        blockers = self._world.account(bot).blocked_by
        (blockers.add if blocked else blockers.discard)(person)

    def _migrate(self, chat: int) -> LocalGroup:
        return _group_record(self._world.migrate(self._world.chat(chat)))

    def _revoke(self, bot: int) -> int:
        """Log a bot out everywhere; how many logins that were."""
        keys = self._server.keys.of(bot)
        for key in keys:
            self._server.keys.unbind(key)
        return len(keys)

    def _messages(self, chat: int | None, sender: int | None, since: int) -> list[MessageRecord]:
        return [
            ledger.record(message)
            for message in self._world.state.messages[since:]
            if chat in (None, message.chat) and sender in (None, message.sender)
        ]

    async def _wait(self, figure: str, at_least: int, timeout: float) -> dict[str, object]:  # noqa: ASYNC109 - travels over the wire
        """Wait until a figure of the summary has grown to `at_least`; the summary then."""
        async with asyncio.timeout(timeout):
            while True:
                started = time.perf_counter()
                summary = self._server.summary()
                value = summary[figure]
                if isinstance(value, int) and value >= at_least:
                    return summary
                took = time.perf_counter() - started
                await asyncio.sleep(max(_POLL, 20 * took))  # a long ledger takes long to read
