"""Finds the groups in which none of our bots sees what people say to each other.

One bot that sees it is enough, because it shares it with the others.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Protocol

from engine.storage.people.subscriptions import Subscription


class GroupReader(Protocol):
    """The part of a bot that tells what it sees."""

    def sees_all(self, chat: int) -> bool | None:
        """Return True if it sees all messages of a group; None if it is no known member."""
        ...


def bots_in_privacy_mode(
    groups: Mapping[int, Sequence[Subscription]], bots: Mapping[str, GroupReader]
) -> dict[str, tuple[str, ...]]:
    """Return the groups that no bot reads: for each account, the titles of those it should read.

    The account's privacy mode keeps it from reading them. `groups` are those that asked for talk,
    with the subscriptions of the participating bots.
    """
    unread: defaultdict[str, list[str]] = defaultdict(list)
    for chat, those in groups.items():
        joining = [bots[one.account] for one in those if one.account in bots]
        if not joining or any(bot.sees_all(chat) is not False for bot in joining):
            continue  # one sees it, or it is unknown
        if not any(bot.sees_all(chat) for bot in bots.values()):
            first = min(one.account for one in those if one.account in bots)
            unread[first].append(those[0].title or str(chat))
    return {account: tuple(sorted(titles)) for account, titles in unread.items()}
