"""Who an account is, as Telegram tells it after a login."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Identity:
    """Who an account is on Telegram."""

    username: str  # without @; its number where it has none
    display_name: str
    number: int
    is_bot: bool
    reads_all_groups: bool = False  # a bot with privacy mode off; a person always does
    usernames: frozenset[str] = frozenset()  # all it answers to, in lower case

    @classmethod
    def of(cls, user: Any) -> "Identity":
        """Who a `User` of Telegram's is."""
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
