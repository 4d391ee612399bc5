"""Words the remarks of bots in groups, each in its character."""

from collections.abc import Callable, Sequence
from typing import Protocol

from engine.bots.bot_names import BotNames
from engine.replies.personas.persona import Persona
from engine.replies.pipeline import Pipeline
from engine.replies.reply_context import ReplyRequest
from engine.storage.messages.shared_history import SharedLine

_OF_NOW = 5  # last lines that tell the group's language


class RemarkWriter(Protocol):
    """Whoever words a bot's remarks; bots are named by their accounts."""

    async def remark(
        self, bot: str, chat: int, lines: Sequence[SharedLine], answering: SharedLine | None
    ) -> str | None:
        """Return what it says, given the lines that bots share; None if nothing good came."""
        ...

    def is_interested(self, bot: str, texts: Sequence[str]) -> bool:
        """Return True if it likes to talk of what these texts speak of."""
        ...


class PersonaRemarkWriter:
    """Asks a model, with the bot's persona."""

    def __init__(
        self, replies: Pipeline, persona: Callable[[str], Persona], names: BotNames
    ) -> None:
        """`persona` is an account's."""
        self._replies = replies
        self._persona = persona
        self._names = names

    async def remark(
        self, bot: str, chat: int, lines: Sequence[SharedLine], answering: SharedLine | None
    ) -> str | None:
        spoken = [answering] if answering else [line for line in lines if line.is_talk][-_OF_NOW:]
        request = ReplyRequest(
            bot=bot,
            display_name=self._names.of(bot),
            persona=self._persona(bot),
            chat=chat,
            person=0,
            message=0,
            text=" ".join(line.text for line in spoken),
        )
        return await self._replies.remark(request, lines, answering)

    def is_interested(self, bot: str, texts: Sequence[str]) -> bool:
        return self._replies.is_interested(self._persona(bot), texts)
