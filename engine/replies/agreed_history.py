"""Selects the lines of a chat that a provider may see: those of people who agreed.

A line is left out unless its writer agreed when they wrote it and still does. A bot's answer is
treated like the message it answers. A bot's other words may repeat somebody who has withdrawn
consent since, or had everything deleted. So a chat with lines of such a person keeps none of them.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence

from engine.replies.chat_records import History
from engine.replies.prompt_builder import Utterance
from engine.storage.messages.shared_history import SharedLine
from engine.storage.people.agreement import Agreement, Wrote
from engine.storage.people.erasure import ERASED

AgreementOf = Callable[[int, str, int], Awaitable[Agreement]]
"""By person, bot and chat: what a model may read of what the person writes there."""

_LINES = 12  # in a prompt
_READ = 30  # lines read, of which those are chosen


class AgreedHistory:
    """Reads the agreed history of all chats."""

    def __init__(self, history: History, agreement: AgreementOf) -> None:
        self._history = history
        self._agreement = agreement

    async def before(
        self, bot: str, chat: int, message: int | None = None, since: float = 0.0
    ) -> list[Utterance]:
        """Return the lines before Telegram's `message` (None: all), newest last.

        Empty if the last of them is older than `since`: a new conversation begins.
        """
        entries = list(await self._history(bot, chat, _READ))
        judge = await self._judge(bot, chat, (entry.wrote for entry in entries))
        lines: list[Utterance] = []
        last_at = since
        for entry in entries:
            if message is not None and entry.message == message:
                break
            last_at = entry.at
            if not (entry.is_talk and entry.text) or entry.text.startswith("/"):
                continue
            if judge.lets(entry.wrote, is_ours=entry.is_ours):
                lines.append(Utterance(None if entry.is_ours else entry.sender, entry.text))
        return lines[-_LINES:] if last_at >= since else []

    async def shared(
        self,
        bot: str,
        chat: int,
        lines: Sequence[SharedLine],
        answering: SharedLine | None = None,
    ) -> list[Utterance] | None:
        """Return the lines that `bot` may use of those the bots of a group share.

        `answering` comes last, if given. Returns None if `answering` itself may not be used.
        """
        ordered = [line for line in lines if line is not answering]
        ordered += [answering] if answering is not None else []
        judge = await self._judge(bot, chat, (line.wrote for line in ordered))
        said: list[Utterance] = []
        for line in ordered:
            is_let = judge.lets(line.wrote, is_ours=line.person is None)
            if line is answering and not is_let:
                return None
            if is_let and line.is_talk:
                other = None if line.bot == bot else line.bot
                said.append(Utterance(line.person, line.text, bot=other))
        return said[-_LINES:]

    async def _judge(self, bot: str, chat: int, wrote: Iterable[Wrote | None]) -> "_Judge":
        judge = _Judge()
        for line in wrote:
            if line is not None and line.person not in judge.agreements:
                agreement = await self._agreement(line.person, bot, chat)
                judge.agreements[line.person] = agreement
            judge.see(line)
        return judge


class _Judge:
    """Decides which lines of one chat may be read."""

    def __init__(self) -> None:
        self.agreements: dict[int, Agreement] = {}
        self._is_any_taken_back = False

    def see(self, line: Wrote | None) -> None:
        """Learn the writer of a line, if it is known."""
        if line is not None:
            agreement = self.agreements[line.person]
            is_gone = line.person == ERASED
            was_read = agreement.covered(line) and not agreement.stands
            self._is_any_taken_back |= is_gone or was_read

    def lets(self, line: Wrote | None, *, is_ours: bool) -> bool:
        """Return True if a line that depends on `line` may be read: itself, or our answer to it."""
        if is_ours and self._is_any_taken_back:
            return False
        return line is None or self.agreements[line.person].covers(line)
