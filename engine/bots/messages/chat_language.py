"""In which language a bot speaks of itself in a chat: Turkish or English."""

from engine.replies.text.language_detection import is_turkish
from engine.storage.messages.message import IncomingMessage
from engine.storage.messages.messages import Messages

TURKISH, ENGLISH = "tr", "en"

_LINES = 10  # of the chat that are looked at


class ChatLanguage:
    """Judged by the person's Telegram and by what was written lately."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages

    async def of_message(self, account: str, incoming: IncomingMessage) -> str:
        """The language to answer `incoming` in."""
        if (incoming.language or "").startswith(TURKISH):
            return TURKISH
        return await self.of_chat(account, incoming.chat)

    async def of_chat(self, account: str, chat: int, otherwise: str = ENGLISH) -> str:
        """The language of what people wrote there last; `otherwise` where nobody wrote."""
        lines = await self._messages.history(account, chat, _LINES)
        texts = [line.text for line in lines if not line.is_ours]
        prose = [text for text in texts if text and not text.startswith("/")]
        if not prose:
            return otherwise
        turkish = sum(map(is_turkish, prose))
        return TURKISH if turkish * 2 >= len(prose) else ENGLISH
