"""Finds the groups of which no bot of ours sees what people say to each other.

One that sees it is enough: it lends what it sees to the others.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Protocol

from engine.storage.subscriptions import Subscription


class Sighted(Protocol):
    """A bot, as far as what it sees goes."""

    def sight(self, chat: int) -> bool | None:
        """Whether it sees all that people write in a group; None if it is not known to be in."""
        ...


def blind_bots(
    groups: Mapping[int, Sequence[Subscription]], bots: Mapping[str, Sighted]
) -> dict[str, tuple[str, ...]]:
    """By account, the titles of groups for which it should have privacy mode turned off.

    `groups` are those that asked for talk, with the subscriptions of the bots that join in.
    """
    blind: defaultdict[str, list[str]] = defaultdict(list)
    for chat, those in groups.items():
        if any(bot.sight(chat) for bot in bots.values()):
            continue
        seen = {one.account: _sight(bots, one.account, chat) for one in those}
        if seen and not any(sight is None for sight in seen.values()):
            blind[min(seen)].append(those[0].title or str(chat))
    return {account: tuple(sorted(titles)) for account, titles in blind.items()}


def _sight(bots: Mapping[str, Sighted], account: str, chat: int) -> bool | None:
    bot = bots.get(account)
    return None if bot is None else bot.sight(chat)
