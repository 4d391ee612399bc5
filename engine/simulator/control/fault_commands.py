"""What a test may let go wrong in a local Telegram."""

from abc import ABC, abstractmethod
from typing import Any, TypeVar

from engine.simulator.faults import FaultKind, FaultRule
from engine.simulator.world.records import LocalBot, LocalPerson, MessageRecord

T = TypeVar("T")


class FaultCommands(ABC):
    """The half of `LocalTelegram` that breaks things."""

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
        """A fault for the calls that fit, at most `times` (0: without end); its number."""
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
        """Refuse every call of everybody, e.g. with -503 Timeout; the fault's number."""
        return await self.add_fault(FaultKind.RPC_ERROR, code=code, message=message)

    async def deafen(self, bot: LocalBot, *, deaf: bool = True, answering: bool = True) -> None:
        """Tell a connected bot nothing, while messages for it pile up, or tell it again.

        With `answering` off its calls go unanswered too; the connection stays.
        """
        await self._ask(type(None), "deafen", account=bot.id, deaf=deaf, answering=answering)

    async def add_rival(
        self, bot: LocalBot, *, answers: bool = True, takes_updates: bool = True
    ) -> None:
        """Another program runs the bot too; it may answer and may take the updates."""
        await self._ask(
            type(None), "add_rival", bot=bot.id, answers=answers, takes_updates=takes_updates
        )

    async def remove_rival(self, bot: LocalBot) -> None:
        await self._ask(type(None), "remove_rival", bot=bot.id)

    async def duplicate_key(self, bot: LocalBot) -> int:
        """Void the bot's keys as if used from two places (406 AUTH_KEY_DUPLICATED); how many."""
        return await self._ask(int, "duplicate_key", bot=bot.id)

    async def ban(self, bot: LocalBot, *, banned: bool = True) -> None:
        """Have Telegram ban the bot (401 USER_DEACTIVATED_BAN), or pardon it."""
        await self._ask(type(None), "ban", bot=bot.id, banned=banned)

    async def refuse_keys(self, seconds: float = 0.0) -> None:
        """Answer all that comes with the transport error -404 for `seconds` (0: from now on).

        Anybody on the way to Telegram could do so.
        """
        await self._ask(type(None), "refuse_keys", seconds=seconds)

    async def forget_keys(self) -> int:
        """Forget every authorization key for good; how many there were."""
        return await self._ask(int, "forget_keys")

    async def ignore_limits(self) -> None:
        """Give whole differences from now on, however little of them is asked for."""
        await self._ask(type(None), "ignore_limits")

    async def show_newer_config(self) -> None:
        """The configuration of the server is of a layer that no client can read."""
        await self._ask(type(None), "show_newer_config")

    async def show_newer_profile(self, who: LocalBot | LocalPerson) -> None:
        """Somebody's profile holds something of a layer that no client can read."""
        await self._ask(type(None), "show_newer_profile", account=who.id)

    async def delete(self, message: MessageRecord) -> None:
        """The author deletes a message; whoever got it is told."""
        await self._ask(type(None), "delete", uid=message.uid)

    async def add_username(self, who: LocalBot | LocalPerson, username: str) -> None:
        """Somebody has another active (collectible) user name from now on."""
        await self._ask(type(None), "add_username", account=who.id, username=username)

    async def remove_fault(self, number: int) -> None:
        await self._ask(type(None), "remove_fault", rule_id=number)

    async def clear_faults(self) -> None:
        """No rule and no flood wait stands any longer, no bot is deaf or has a rival."""
        await self._ask(type(None), "clear_faults")

    async def restart(self, seconds: float = 0.0) -> None:
        """The server goes away for `seconds` and comes back on the same port."""
        await self._ask(type(None), "restart", seconds=seconds)

    async def black_hole(self, seconds: float) -> None:
        """The server accepts and reads but never answers for `seconds`."""
        await self._ask(type(None), "black_hole", seconds=seconds)

    async def end_black_hole(self) -> None:
        await self._ask(type(None), "end_black_hole")

    async def drop_connections(self) -> int:
        """Cut every connection; how many there were."""
        return await self._ask(int, "drop_connections")
