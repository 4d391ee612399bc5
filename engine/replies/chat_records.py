"""Keeps what the pipeline needs of a chat between two messages: last answers and language."""

from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from engine.replies.text.language_detection import Language, detect
from engine.replies.text.recent_answers import LAST, RecentAnswers
from engine.storage.messages.message import HistoryEntry

History = Callable[[str, int, int], Awaitable[Sequence[HistoryEntry]]]
"""The last messages of a bot (its account) in a chat, so many, the newest last."""

_CHATS = 1_024  # kept in memory; the others are read from the history again


@dataclass(slots=True)
class ChatRecord:
    """One bot's record of one chat."""

    said: RecentAnswers = field(default_factory=RecentAnswers)
    language: Language | None = None  # the last language that was certain
    asked_back: bool = False  # True if the last answer was a model's and ended in a question
    topics: deque[str] = field(default_factory=deque)  # topics the bot itself began lately

    def language_of(self, text: str, otherwise: Language) -> Language:
        """Return the language of `text`, else the chat's, else `otherwise`."""
        found = detect(text)
        if found is not None:
            self.language = found
        return found or self.language or otherwise


class ChatRecords:
    """Keeps the records of all chats; the least recently used leave memory first."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._records: OrderedDict[tuple[str, int], ChatRecord] = OrderedDict()

    async def of(self, bot: str, chat: int) -> ChatRecord:
        """Return the record of a chat; raises StorageError if it cannot be read."""
        key = (bot, chat)
        record = self._records.get(key)
        if record is None:
            read = _record(await self._history(bot, chat, 2 * LAST))
            record = self._records.setdefault(key, read)  # another caller may have been faster
        self._records.move_to_end(key)
        while len(self._records) > _CHATS:
            self._records.popitem(last=False)
        return record


def _record(lines: Sequence[HistoryEntry]) -> ChatRecord:
    record = ChatRecord(RecentAnswers(line.text for line in lines if line.is_ours))
    theirs = (line.text for line in reversed(lines) if not line.is_ours)
    record.language = next(filter(None, map(detect, theirs)), record.language)
    return record
