"""Offers a test the faults of a local Telegram."""

from abc import ABC, abstractmethod
from typing import Any, TypeVar

from engine.simulator.faults import FaultKind, FaultRule
from engine.simulator.world.records import LocalBot, LocalPerson, MessageRecord

T = TypeVar("T")


class FaultCommands(ABC):
    """The part of `LocalTelegram` that causes faults."""

    @abstractmethod
    async def _ask(self, kind: type[T], command: str, **arguments: Any) -> T: ...

    async def add_fault(
        self,
        kind: FaultKind,
        *,
        method: str = "*",
        account: LocalBot | None = None,
        times: int = 0,
        probability: float = 1.0,
        seconds: float = 0.0,
        code: int = 500,
        message: str = "INTERNAL",
    ) -> int:
        """Add a fault for matching calls, at most `times` (0: no limit); return its number."""
        rule = FaultRule(
            kind,
            method,
            str(account.id) if account else "*",
            times,
            probability,
            seconds,
            code,
            message,
        )
        return await self._ask(int, "add_fault", rule=rule)

    async def trouble(self, *, code: int = 500, message: str = "INTERNAL") -> int:
        """Reject every call of everybody, e.g. with -503 Timeout; return the fault's number."""
        return await self.add_fault(FaultKind.RPC_ERROR, code=code, message=message)

    async def deafen(self, bot: LocalBot, *, deaf: bool = True, answering: bool = True) -> None:
        """Withhold a connected bot's updates, which pile up, or deliver them again.

        Without `answering`, its calls go unanswered too; the connection stays.
        """
        await self._ask(type(None), "deafen", account=bot.id, deaf=deaf, answering=answering)

    async def add_rival(
        self, bot: LocalBot, *, answers: bool = True, takes_updates: bool = True
    ) -> None:
        """Let another program run the bot too, which may answer and may take the updates."""
        await self._ask(
            type(None), "add_rival", bot=bot.id, answers=answers, takes_updates=takes_updates
        )

    async def remove_rival(self, bot: LocalBot) -> None:
        """Remove the other program."""
        await self._ask(type(None), "remove_rival", bot=bot.id)

    async def duplicate_key(self, bot: LocalBot) -> int:
        """Void the bot's keys as after use in two places; return how many.

        Telegram then answers 406 AUTH_KEY_DUPLICATED.
        """
        return await self._ask(int, "duplicate_key", bot=bot.id)

    async def ban(self, bot: LocalBot, *, banned: bool = True) -> None:
        """Ban the bot (401 USER_DEACTIVATED_BAN), or lift the ban."""
        await self._ask(type(None), "ban", bot=bot.id, banned=banned)

    async def refuse_keys(self, seconds: float = 0.0) -> None:
        """Answer everything with the transport error -404 for `seconds` (0: from now on).

        Anybody on the network path to Telegram could do this.
        """
        await self._ask(type(None), "refuse_keys", seconds=seconds)

    async def forget_keys(self) -> int:
        """Forget every authorization key for good; return how many there were."""
        return await self._ask(int, "forget_keys")

    async def ignore_limits(self) -> None:
        """Send whole differences from now on, whatever limit is requested."""
        await self._ask(type(None), "ignore_limits")

    async def show_newer_config(self) -> None:
        """Send a server configuration of a layer that no client can read."""
        await self._ask(type(None), "show_newer_config")

    async def show_newer_profile(self, who: LocalBot | LocalPerson) -> None:
        """Put something of a layer that no client can read into an account's profile."""
        await self._ask(type(None), "show_newer_profile", account=who.id)

    async def delete(self, message: MessageRecord) -> None:
        """Have the author delete a message; its recipients are told."""
        await self._ask(type(None), "delete", uid=message.uid)

    async def add_username(self, who: LocalBot | LocalPerson, username: str) -> None:
        """Give an account another active (collectible) user name."""
        await self._ask(type(None), "add_username", account=who.id, username=username)

    async def remove_fault(self, number: int) -> None:
        """Remove a fault by its number."""
        await self._ask(type(None), "remove_fault", rule_id=number)

    async def clear_faults(self) -> None:
        """Remove all rules, flood waits, deafness and rivals."""
        await self._ask(type(None), "clear_faults")

    async def restart(self, seconds: float = 0.0) -> None:
        """Take the server away for `seconds`; it returns on the same port."""
        await self._ask(type(None), "restart", seconds=seconds)

    async def black_hole(self, seconds: float) -> None:
        """Let the server accept and read but never answer for `seconds`."""
        await self._ask(type(None), "black_hole", seconds=seconds)

    async def end_black_hole(self) -> None:
        """Let the server answer again."""
        await self._ask(type(None), "end_black_hole")

    async def drop_connections(self) -> int:
        """Cut every connection; return how many there were."""
        return await self._ask(int, "drop_connections")
