"""Spaces a bot's messages as Telegram asks, by chat and over all chats.

The figures come from Telegram's FAQ for bots, "My bot is hitting limits": at most one message a
second in a chat, 20 a minute in a group, about 30 a second in all.
"""

from dataclasses import dataclass

from engine.bots.limits.sliding_window import SlidingWindows
from engine.clock import Clock


@dataclass(frozen=True, slots=True)
class Allowance:
    """A number of messages within any `span` seconds."""

    messages: int
    span: float


@dataclass(frozen=True, slots=True)
class Allowances:
    """The amounts that one bot may send."""

    chat: Allowance = Allowance(1, 1.0)
    group: Allowance = Allowance(20, 60.0)
    account: Allowance = Allowance(30, 1.0)


TELEGRAM = Allowances()


class Pace:
    """Spaces the messages of a fleet's bots; messages of a bot to one chat must be sequential."""

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
        """Return the seconds until the chat's next message; 0 or less: now.

        Groups have negative ids.
        """
        pause = self._chats.pause((account, chat))
        return pause if chat > 0 else max(pause, self._groups.pause((account, chat)))

    def account_pause(self, account: str) -> float:
        """Return the seconds until the account's next message to any chat; 0 or less: now."""
        return self._accounts.pause(account)

    def sending(self, account: str) -> None:
        """Note that the account sends a message now."""
        self._accounts.add(account)

    def sent(self, account: str, chat: int, at: float | None = None) -> None:
        """Note that a message was sent and confirmed, now or at steady time `at`.

        Counted from the confirmation: however long the next one is under way, it cannot come too
        early.
        """
        self._chats.add((account, chat), at)
        if chat < 0:
            self._groups.add((account, chat), at)
