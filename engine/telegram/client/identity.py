"""Describes an account as Telegram reports it after a login."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Identity:
    """An account's identity on Telegram."""

    username: str  # without @; the numeric id for an account that has none
    display_name: str
    number: int
    is_bot: bool
    reads_all_groups: bool = False  # a bot with privacy mode off; always True for a user account
    usernames: frozenset[str] = frozenset()  # all usernames of the account, in lower case

    @classmethod
    def of(cls, user: Any) -> "Identity":
        """Build the identity from a Telegram `User`."""
        active = [name.username for name in user.usernames or () if name.active]
        username = user.username or next(iter(active), str(user.id))
        return cls(
            username,
            user.first_name or username,
            user.id,
            bool(user.bot),
            reads_all_groups=not user.bot or bool(user.bot_chat_history),
            usernames=frozenset(name.casefold() for name in (username, *active)),
        )
