"""One bot's messages on a real database; Telegram is a list, and words are an echo."""

import asyncio
import itertools
from types import SimpleNamespace
from typing import Any

from engine.bots.consent.services import ConsentServices
from engine.bots.limits.limits import Limits, Maxima
from engine.bots.messages.command_replies import CommandReplies
from engine.bots.messages.ended import MessageEnded
from engine.bots.messages.messaging_context import MessagingContext
from engine.bots.messages.outbox import Outbox
from engine.bots.messages.outcomes import Outcomes
from engine.bots.messages.own_accounts import OwnAccounts
from engine.bots.messages.processor import MessageProcessor
from engine.bus import Bus
from engine.clock import ServerClock
from engine.gates import Gates
from engine.storage.database.database import Database
from engine.storage.messages.message import ChatKind, IncomingMessage
from engine.storage.messages.messages import Messages
from engine.storage.peer import Peer
from engine.storage.people.consents import Purpose
from engine.telegram.faults import UndeliverableError
from tests.unit.bots.announcing import InstantClock

ADA, GROUP = 501, -1_001_000_000_001
USERNAME = "anna_bot"
USERNAMES = frozenset({USERNAME})


class Scene:
    """`restart` makes a new process of it."""

    def __init__(self, database: Database, machine: InstantClock) -> None:
        self.database = database
        self.machine = machine
        self.online = asyncio.Event()
        self.online.set()
        self.sent: list[str] = []  # what arrived
        self.asked: list[IncomingMessage] = []  # messages that words were wanted for
        self.errors: list[BaseException] = []
        self.ended: list[MessageEnded] = []
        self.has_words = True
        self._numbers = itertools.count(1)

    @classmethod
    async def begin(
        cls, database: Database, machine: InstantClock, maxima: Maxima | None = None
    ) -> "Scene":
        scene = cls(database, machine)
        await scene.restart(maxima or Maxima())
        return scene

    async def restart(self, maxima: Maxima | None = None) -> None:
        messages = Messages(self.database)
        self.clock = ServerClock(self.machine)
        self.services = ConsentServices.build(self.database, Gates(), self.clock, messages=messages)
        self.limits = await Limits.load(self.database, maxima or Maxima(), self.clock)
        self.clock.when_moved.append(self.limits.outdate)
        self.outcomes, bus = Outcomes(), Bus(self.errors.append)
        bus.subscribe(MessageEnded, self.outcomes.note)
        bus.subscribe(MessageEnded, self.ended.append)
        context = MessagingContext(
            messages=messages,
            conversation=self,
            limits=self.limits,
            own=OwnAccounts(),
            services=self.services,
            clock=self.clock,
            publish=bus.publish,
            on_error=self.errors.append,
        )
        outbox = Outbox(self._connected, lambda *_: None, self.limits, self.clock)
        commands = CommandReplies("anna", self.services, self._connected, self.clock)
        self.processor = MessageProcessor("anna", context, outbox, commands, self._own_names)
        await self.processor.resume()

    async def log_in(self) -> None:
        """Telegram answers; its clock and the machine's steady one go right."""
        await self.online.wait()
        self.clock.told(self.machine.monotonic(), 0.0)
        await self.limits.reload_if_outdated()

    async def _own_names(self) -> frozenset[str]:
        await self._connected()
        return USERNAMES

    async def _connected(self) -> Any:
        await self.log_in()
        return SimpleNamespace(send_message=self._take, ask=self._refuse)

    async def _take(self, _peer: Peer, text: str, **_how: object) -> None:
        self.sent.append(text)

    async def _refuse(self, _request: Any) -> Any:
        raise UndeliverableError("no rights to see")

    async def respond(self, incoming: IncomingMessage, _waited: float) -> str:
        self.asked.append(incoming)
        if not self.has_words:
            raise RuntimeError("no words")
        return f"re: {incoming.text}"

    async def hear(self, text: str, *, chat: int = ADA, **given: Any) -> int:
        """Somebody writes; Telegram's number of the message."""
        message = next(self._numbers)
        incoming = IncomingMessage(
            **{
                "account": "anna",
                "chat": chat,
                "message": message,
                "sender": ADA,
                "sender_is_bot": False,
                "kind": ChatKind.DIRECT if chat > 0 else ChatKind.GROUP,
                "text": text,
                "mentions_us": False,
                "peer": Peer("user", ADA),
                "at": self.clock.now(),
                **given,
            }
        )
        await self.processor.receive([incoming], USERNAMES)
        return message

    async def stop_once_stored(self, text: str, **given: Any) -> None:
        """The process ends before what somebody writes is answered."""
        await self.log_in()
        self.online.clear()
        await self.hear(text, **given)
        await self.processor.stop()
        self.online.set()

    async def settle(self) -> None:
        """Let all that was heard come to its end."""
        async with asyncio.timeout(30):
            await self.processor.drained()
        assert self.errors == []

    async def agreed(self, chat: int = ADA) -> bool:
        return await self.services.policy.allows(ADA, "anna", chat, Purpose.LLM)
