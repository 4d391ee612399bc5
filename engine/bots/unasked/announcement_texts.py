"""Chooses a chat's next prepared announcement."""

from collections.abc import Sequence

from engine.bots.bot_names import BotNames
from engine.bots.chat_language import ENGLISH, ChatLanguage
from engine.bots.unasked.announcement_pool import AnnouncementPool
from engine.storage.announcements import Announcements
from engine.storage.people.subscriptions import Subscription


class AnnouncementTexts:
    """Chooses for all bots, in each chat's language, and never the last text twice."""

    def __init__(
        self,
        pool: AnnouncementPool,
        announcements: Announcements,
        language: ChatLanguage,
        names: BotNames,
    ) -> None:
        self._pool = pool
        self._announcements = announcements
        self._language = language
        self._names = names

    def replace(self, pool: AnnouncementPool) -> None:
        """Choose from other texts from now on."""
        self._pool = pool

    def for_nobody(self, accounts: Sequence[str]) -> tuple[str, ...]:
        """Return the names of an operator's tables that belong to none of the accounts."""
        return self._pool.for_nobody(accounts)

    async def next(self, one: Subscription) -> str:
        """Return the chat's next announcement; raises StorageError."""
        last = await self._announcements.last_heard(one.account, one.chat)
        language = await self._language.of_chat(one.account, one.chat, one.language or ENGLISH)
        return self._pool.choose(one.account, language, self._names.of(one.account), last)
