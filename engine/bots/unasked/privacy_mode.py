"""Finds the groups of which no bot of ours sees what people say to each other.

One that sees it is enough: it lends what it sees to the others.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Protocol

from engine.storage.people.subscriptions import Subscription


class Sighted(Protocol):
    """A bot, as far as what it sees goes."""

    def sight(self, chat: int) -> bool | None:
        """Whether it sees all that people write in a group; None if it is not known to be in."""
        ...


def bots_in_privacy_mode(
    groups: Mapping[int, Sequence[Subscription]], bots: Mapping[str, Sighted]
) -> dict[str, tuple[str, ...]]:
    """By account, the titles of groups for which it should have privacy mode turned off.

    `groups` are those that asked for talk, with the subscriptions of the bots that join in.
    """
    blind: defaultdict[str, list[str]] = defaultdict(list)
    for chat, those in groups.items():
        joining = [bots[one.account] for one in those if one.account in bots]
        if not joining or any(bot.sight(chat) is not False for bot in joining):
            continue  # one sees it, or it is not known yet
        if not any(bot.sight(chat) for bot in bots.values()):
            first = min(one.account for one in those if one.account in bots)
            blind[first].append(those[0].title or str(chat))
    return {account: tuple(sorted(titles)) for account, titles in blind.items()}
