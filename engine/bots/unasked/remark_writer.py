"""Words bots' remarks in groups, each in its character."""

from collections.abc import Callable, Sequence
from typing import Protocol

from engine.bots.bot_names import BotNames
from engine.replies.personas.persona import Persona
from engine.replies.pipeline import Pipeline
from engine.replies.reply_context import ReplyRequest
from engine.storage.messages.shared_history import SharedLine

_OF_NOW = 5  # last lines that show the group's language


class RemarkWriter(Protocol):
    """Words the remarks of bots, which are given by their accounts."""

    async def remark(
        self, bot: str, chat: int, lines: Sequence[SharedLine], answering: SharedLine | None
    ) -> str | None:
        """Return a remark, given the lines that bots share; None if nothing good came."""
        ...

    def is_interested(self, bot: str, texts: Sequence[str]) -> bool:
        """Return True if the texts concern one of the bot's topics."""
        ...


class PersonaRemarkWriter:
    """Lets a model word the remarks, with the bot's persona."""

    def __init__(
        self, replies: Pipeline, persona: Callable[[str], Persona], names: BotNames
    ) -> None:
        """Use `persona` to look up an account's persona."""
        self._replies = replies
        self._persona = persona
        self._names = names

    async def remark(
        self, bot: str, chat: int, lines: Sequence[SharedLine], answering: SharedLine | None
    ) -> str | None:
        """Return a remark by a model, or None."""
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
        """Return True if the texts concern one of the persona's topics."""
        return self._replies.is_interested(self._persona(bot), texts)
