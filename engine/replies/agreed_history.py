"""The part of a chat's history that a provider may see: what people wrote while they agreed to it.

A line goes if its writer agreed when they wrote it and still does; a bot's answer goes with the
message it answers. A bot's other words may repeat what it was told by somebody who has taken their
consent back since, or had all deleted: in a chat with lines of such a person none of them go.
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
_READ = 30  # lines of which those are chosen


class AgreedHistory:
    """For all chats."""

    def __init__(self, history: History, agreement: AgreementOf) -> None:
        self._history = history
        self._agreement = agreement

    async def before(
        self, bot: str, chat: int, message: int | None = None, since: float = 0.0
    ) -> list[Utterance]:
        """The lines before Telegram's `message` (None: all), the newest last.

        Empty if the last of them is older than `since`: another conversation begins.
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
        """What `bot` may use of what the bots of a group share, `answering` the last if given.

        None if that may not be used.
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
    """Of the lines of one chat."""

    def __init__(self) -> None:
        self.agreements: dict[int, Agreement] = {}
        self._is_any_taken_back = False

    def see(self, line: Wrote | None) -> None:
        """Learn of a line whose writer is known."""
        if line is not None:
            agreement = self.agreements[line.person]
            is_gone = line.person == ERASED
            was_read = agreement.covered(line) and not agreement.stands
            self._is_any_taken_back |= is_gone or was_read

    def lets(self, line: Wrote | None, *, is_ours: bool) -> bool:
        """Whether what stands on `line` may be read: itself, or our answer to it."""
        if is_ours and self._is_any_taken_back:
            return False
        return line is None or self.agreements[line.person].covers(line)
