"""The pace Telegram asks of a bot: how long its next message must wait, by chat and in all.

The figures are those of Telegram's FAQ for bots, "My bot is hitting limits": no more than one
message a second in a chat, 20 a minute in a group, about 30 a second in all.
"""

from dataclasses import dataclass

from engine.bots.limits.sliding_window import SlidingWindows
from engine.clock import Clock


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many messages within any `span` seconds."""

    messages: int
    span: float


@dataclass(frozen=True, slots=True)
class Allowances:
    """What one bot may send."""

    chat: Allowance = Allowance(1, 1.0)
    group: Allowance = Allowance(20, 60.0)
    account: Allowance = Allowance(30, 1.0)


TELEGRAM = Allowances()


class Pace:
    """Of all bots of a fleet; a bot's messages to one chat must come one after the other."""

    def __init__(self, clock: Clock, allowances: Allowances = TELEGRAM) -> None:
        chat, group, account = allowances.chat, allowances.group, allowances.account
        self._chats: SlidingWindows[tuple[str, int]] = SlidingWindows(
            chat.messages, chat.span, clock
        )
        self._groups: SlidingWindows[tuple[str, int]] = SlidingWindows(
            group.messages, group.span, clock
        )
        self._accounts: SlidingWindows[str] = SlidingWindows(account.messages, account.span, clock)

    def pause(self, account: str, chat: int) -> float:
        """Seconds until the chat's next message; 0 or less: now. Groups are below zero."""
        pause = self._chats.pause((account, chat))
        return pause if chat > 0 else max(pause, self._groups.pause((account, chat)))

    def account_pause(self, account: str) -> float:
        """Seconds until the account's next message to any chat; 0 or less: now."""
        return self._accounts.pause(account)

    def sending(self, account: str) -> None:
        """A message of the account leaves now."""
        self._accounts.add(account)

    def sent(self, account: str, chat: int, at: float | None = None) -> None:
        """A message went out and was answered for, now or at steady time `at`.

        Counted from the answer: however long the next one is under way, it cannot catch up.
        """
        self._chats.add((account, chat), at)
        if chat < 0:
            self._groups.add((account, chat), at)
