"""Passes people's messages and the bot's persona to the replies, and returns the answer."""

from collections.abc import Callable

from engine.bots.bot_names import BotNames
from engine.replies.personas.persona import Persona
from engine.replies.pipeline import Pipeline
from engine.replies.reply_context import ReplyRequest
from engine.replies.text.language_detection import Language
from engine.storage.messages.message import IncomingMessage


class PersonaConversation:
    """Serves all bots, each in its character."""

    def __init__(
        self, replies: Pipeline, persona: Callable[[str], Persona], names: BotNames
    ) -> None:
        """Use `persona` to look up an account's persona."""
        self._replies = replies
        self._persona = persona
        self._names = names

    async def respond(self, incoming: IncomingMessage, waited: float) -> str:
        """Return the answer to somebody who waited `waited` seconds; raises StorageError."""
        turkish = (incoming.language or "").startswith(Language.TURKISH)
        request = ReplyRequest(
            bot=incoming.account,
            display_name=self._names.of(incoming.account),
            persona=self._persona(incoming.account),
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
