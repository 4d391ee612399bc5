"""Starts a local Telegram in its own process and controls it, for the demo and the tests."""

import asyncio
import contextlib
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from engine.errors import SimulatorError
from engine.simulator import simulator_process
from engine.simulator.control.control_link import ControlLink
from engine.simulator.control.fault_commands import FaultCommands
from engine.simulator.control.group_commands import GroupCommands
from engine.simulator.world.records import (
    LedgerSummary,
    LocalBot,
    LocalGroup,
    LocalPerson,
    MessageRecord,
    TelegramReady,
)
from engine.simulator.world.state import NewerPart

_STOP_TIMEOUT = 2.0  # seconds

T = TypeVar("T")


class LocalTelegram(GroupCommands, FaultCommands):
    """A running local Telegram; `async with await LocalTelegram.start(...)` stops it at the end.

    Every method raises SimulatorError with the simulator's message, or if it is gone.
    """

    def __init__(self, process: asyncio.subprocess.Process, ready: TelegramReady) -> None:
        self._process = process
        self.host = ready.host
        self.port = ready.port
        self.dc = ready.dc
        self.key_file = Path(ready.key_file)  # PEM, public
        self.api_id = ready.api_id
        self.api_hash = ready.api_hash
        self.bots: tuple[LocalBot, ...] = ready.bots
        self._ready = ready
        self._link: ControlLink | None = None

    @classmethod
    async def start(
        cls,
        directory: Path,
        *,
        port: int = 0,
        bots: int = 0,
        people: int = 0,
        groups: int = 0,
        rate: float = 0.0,
        regulars: bool = False,
        seed: int = 0,
        random_id_memory: float = 3600.0,
        log_level: str = "warning",
    ) -> Self:
        """Run it on `directory`; a state saved there continues, and the counts are then ignored.

        `rate` is in messages a minute over all people, `random_id_memory` in seconds. `regulars`
        keep to a bot or two, agree to language models and ask the same questions.
        """
        process = await simulator_process.spawn(
            f"--directory={directory}",
            f"--port={port}",
            f"--bots={bots}",
            f"--people={people}",
            f"--groups={groups}",
            f"--rate={rate}",
            *(["--regulars"] if regulars else []),
            f"--seed={seed}",
            f"--random-id-memory={random_id_memory}",
            f"--log-level={log_level}",
        )
        telegram: Self | None = None
        try:
            telegram = cls(process, await simulator_process.ready(process))
            await telegram._connect()
        except BaseException:
            if telegram is not None:
                await telegram.kill()
            else:
                await simulator_process.end(process)
            raise
        return telegram

    async def _connect(self) -> None:
        ready = self._ready
        self._link = await ControlLink.open(self.host, ready.control_port, ready.control_secret)

    async def _ask(self, kind: type[T], command: str, **arguments: Any) -> T:
        if self._link is None:
            raise SimulatorError("The local Telegram is not running.")
        return await self._link.ask(kind, command, **arguments)

    def settings(self, bots: "Iterable[LocalBot] | None" = None) -> dict[str, object]:
        """Return the settings, by variable, that lead an engine here, with all or some bots."""
        return {
            "TELEGRAM_SERVER": f"{self.host}:{self.port}",
            "TELEGRAM_SERVER_KEY": self.key_file,
            "TELEGRAM_DC": self.dc,
            "TELEGRAM_API_ID": self.api_id,
            "TELEGRAM_API_HASH": self.api_hash,
            "OS_KEYRING": False,  # a simulation must leave no trace in it
            "BOT_TOKENS": " ".join(bot.token for bot in (self.bots if bots is None else bots)),
        }

    # --- accounts ---

    async def add_bot(self, name: str, *, privacy: bool = True) -> LocalBot:
        """Add a bot; without `privacy`, it sees all messages of its groups."""
        bot = await self._ask(LocalBot, "add_bot", name=name, privacy=privacy)
        self.bots = (*self.bots, bot)
        return bot

    async def add_person(
        self, name: str, *, phone: str | None = None, password: str | None = None
    ) -> LocalPerson:
        """Add a person; one with a phone can log in, and needs the password too if there is one."""
        return await self._ask(LocalPerson, "add_person", name=name, phone=phone, password=password)

    async def login_code(self, phone: str) -> str:
        """Return the newest login code sent to `phone`, as its owner would read it."""
        return await self._ask(str, "login_code", phone=phone)

    async def people(self) -> list[LocalPerson]:
        """Return all people."""
        return await self._ask(list[LocalPerson], "people")

    async def block(self, person: LocalPerson, bot: LocalBot, *, blocked: bool = True) -> None:
        """Have a person block a bot, or unblock it."""
        await self._ask(type(None), "block", person=person.id, bot=bot.id, blocked=blocked)

    async def revoke(self, bot: LocalBot | LocalPerson) -> int:
        """Log an account out everywhere, like a revoked session; return the number of logins."""
        return await self._ask(int, "revoke", bot=bot.id)

    async def revoke_token(self, bot: LocalBot) -> LocalBot:
        """Replace the token as its owner would: log out, expire the old one; return the bot."""
        renewed = await self._ask(LocalBot, "revoke_token", bot=bot.id)
        self.bots = tuple(renewed if one.id == bot.id else one for one in self.bots)
        return renewed

    async def delete_person(self, person: LocalPerson) -> None:
        """Have a person delete the account."""
        await self._ask(type(None), "delete_person", person=person.id)

    async def set_privacy(self, bot: LocalBot, *, on: bool) -> None:
        """Turn a bot's privacy mode on or off."""
        await self._ask(type(None), "set_privacy", bot=bot.id, on=on)

    # --- messages ---

    async def start_bot(self, person: LocalPerson, bot: LocalBot) -> MessageRecord:
        """Have a person press Start, and return the message; from then on the bot may write."""
        return await self.write(person, bot, "/start")

    async def set_rate(self, per_minute: float) -> None:
        """Set the messages a minute of all scripted people together; 0 silences them."""
        await self._ask(type(None), "set_rate", per_minute=per_minute)

    async def write(
        self,
        person: LocalPerson,
        to: LocalBot | LocalGroup,
        text: str,
        *,
        reply_to: MessageRecord | None = None,
        anonymous: bool = False,
        newer: NewerPart | None = None,
    ) -> MessageRecord:
        """Have a person write to a bot or in a group, perhaps anonymously; return the message.

        The `newer` part of the message is of a layer that no client can read.
        """
        return await self._ask(
            MessageRecord,
            "write",
            person=person.id,
            to=to.id,
            text=text,
            reply_to=reply_to.uid if reply_to else 0,
            anonymous=anonymous,
            newer=newer,
        )

    async def messages(
        self,
        *,
        chat: int | None = None,
        sender: int | None = None,
        since: int = 0,
    ) -> list[MessageRecord]:
        """Return messages of the ledger, oldest first.

        Select by chat (marked id), sender, or uid above `since`.
        """
        return await self._ask(
            list[MessageRecord], "messages", chat=chat, sender=sender, since=since
        )

    async def ledger_summary(self) -> LedgerSummary:
        """Return the counts over all messages."""
        return await self._ask(LedgerSummary, "summary")

    async def wait_for(self, figure: str, at_least: int, *, within: float = 60.0) -> LedgerSummary:
        """Wait until a figure (e.g. "answered") is at least `at_least`; return the summary."""
        return await self._ask(
            LedgerSummary,
            "wait",
            within=within + 5,
            figure=figure,
            at_least=at_least,
            timeout=within,
        )

    async def set_random_id_memory(self, seconds: float) -> None:
        """Set for how many seconds a bot's random_id is remembered."""
        await self._ask(type(None), "set_random_id_memory", seconds=seconds)

    # --- process ---

    async def stop(self) -> None:
        """Let it save and exit; kill it after 2 s. Harmless if it has ended."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()
        await self._disconnect()
        await simulator_process.end(self._process, patience=_STOP_TIMEOUT)

    async def kill(self) -> None:
        """Kill it, like a power cut; unsaved changes are lost."""
        await simulator_process.end(self._process)
        await self._disconnect()

    async def _disconnect(self) -> None:
        if self._link is not None:
            await self._link.close()
            self._link = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()
