"""The part of a chat's history that a provider may see: what people wrote who agreed to it."""

from collections.abc import Awaitable, Callable, Sequence

from engine.replies.chat_records import History
from engine.replies.prompt_builder import Utterance
from engine.storage.shared_history import SharedLine

MayAsk = Callable[[int, str, int], Awaitable[bool]]
"""Whether a person agreed that a model words what a bot answers them in a chat, in this order."""

_LINES = 12  # in a prompt
_READ = 30  # lines of which those are chosen


class AgreedHistory:
    """For all chats."""

    def __init__(self, history: History, may_ask: MayAsk) -> None:
        self._history = history
        self._may_ask = may_ask

    async def before(
        self, bot: str, chat: int, message: int | None = None, since: float = 0.0
    ) -> list[Utterance]:
        """The lines before Telegram's `message` (None: all), the newest last.

        Empty if the last of them is older than `since`: another conversation begins.

        An answer of the bot's goes with the message it follows: where its asker did not agree,
        neither is in the prompt.
        """
        agreed: dict[int, bool] = {}
        lines: list[Utterance] = []
        last_agreed, last_at = False, since
        for entry in await self._history(bot, chat, _READ):
            if message is not None and entry.message == message:
                break
            last_at = entry.at
            if entry.sender is not None and not entry.is_ours:
                if entry.sender not in agreed:
                    agreed[entry.sender] = await self._may_ask(entry.sender, bot, chat)
                last_agreed = agreed[entry.sender]
            if last_agreed and entry.text and not entry.text.startswith("/"):
                lines.append(Utterance(None if entry.is_ours else entry.sender, entry.text))
        return lines[-_LINES:] if last_at >= since else []

    async def shared(
        self,
        bot: str,
        chat: int,
        lines: Sequence[SharedLine],
        answering: SharedLine | None = None,
    ) -> list[Utterance] | None:
        """What `bot` may use of what the bots of a group share, `answering` the last if given.

        None if whoever wrote that did not agree. A bot's answer goes with the person it answers.
        """
        agreed: dict[int, bool] = {}
        said: list[Utterance] = []
        is_agreed = True
        for line in (*(line for line in lines if line is not answering), answering):
            if line is None:
                break
            person = line.person if line.person is not None else line.answers
            if person is not None and person not in agreed:
                agreed[person] = await self._may_ask(person, bot, chat)
            is_agreed = person is None or agreed[person]
            if is_agreed and line.is_talk:
                other = None if line.bot == bot else line.bot
                said.append(Utterance(line.person, line.text, bot=other))
        return None if answering is not None and not is_agreed else said[-_LINES:]
