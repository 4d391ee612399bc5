"""Hands what people write to the replies, with the bot's persona; and their answer back."""

from collections.abc import Callable

from engine.bots.bot import Bot
from engine.replies.personas.persona import Persona
from engine.replies.pipeline import Pipeline
from engine.replies.reply_context import ReplyRequest
from engine.replies.text.language_detection import Language
from engine.storage.messages.message import IncomingMessage


class Conversation:
    """Of all bots."""

    def __init__(self, replies: Pipeline, persona: Callable[[str], Persona]) -> None:
        """`persona` is an account's."""
        self._replies = replies
        self._persona = persona

    async def respond(self, bot: Bot, incoming: IncomingMessage, waited: float) -> str:
        """What `bot` answers to somebody who has waited so many seconds; raises StorageError."""
        turkish = (incoming.language or "").startswith(Language.TURKISH)
        request = ReplyRequest(
            bot=bot.name,
            display_name=bot.display_name,
            persona=self._persona(bot.name),
            chat=incoming.chat,
            person=incoming.sender,
            message=incoming.message,
            text=incoming.text,
            at=incoming.at,
            of_another=incoming.of_another,
            waited=waited,
            language=Language.TURKISH if turkish else None,
        )
        return (await self._replies.answer(request)).text
