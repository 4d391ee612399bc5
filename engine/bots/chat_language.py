"""Finds the language in which a bot speaks about itself in a chat: Turkish or English."""

from engine.replies.text.language_detection import is_turkish
from engine.storage.messages.message import IncomingMessage
from engine.storage.messages.message_store import MessageStore

TURKISH, ENGLISH = "tr", "en"

_LINES = 10  # lines of the chat that are read


class ChatLanguage:
    """Judges by the language of the person's Telegram and by the last lines of the chat."""

    def __init__(self, messages: MessageStore) -> None:
        self._messages = messages

    async def of_message(self, account: str, incoming: IncomingMessage) -> str:
        """Return the language in which to answer `incoming`; raises StorageError."""
        if (incoming.language or "").startswith(TURKISH):
            return TURKISH
        return await self.of_chat(account, incoming.chat)

    async def of_chat(self, account: str, chat: int, otherwise: str = ENGLISH) -> str:
        """Return the language of what people wrote last; `otherwise` if nobody wrote."""
        lines = await self._messages.history(account, chat, _LINES)
        texts = [line.text for line in lines if not line.is_ours]
        prose = [text for text in texts if text and not text.startswith("/")]
        if not prose:
            return otherwise
        turkish = sum(map(is_turkish, prose))
        return TURKISH if turkish * 2 >= len(prose) else ENGLISH
