"""Describes a message that wants an answer, with all that is known around it, and the answer."""

import asyncio
from dataclasses import dataclass

from engine.replies.chat_records import ChatRecord
from engine.replies.guards.answer_checks import Conditions
from engine.replies.personas.persona import Persona
from engine.replies.personas.static_pool import StaticAnswer, StaticPool
from engine.replies.personas.topic_selector import TopicSelector
from engine.replies.response_cache import Question, question_of
from engine.replies.stats import Source
from engine.replies.text.language_detection import Language
from engine.storage.people.agreement import Wrote


@dataclass(frozen=True, slots=True)
class ReplyRequest:
    """A message that wants an answer."""

    bot: str  # its account's name
    display_name: str  # on Telegram
    persona: Persona
    chat: int
    person: int
    message: int  # the id on Telegram
    text: str
    waited: float = 0.0  # s waited for its turn in the chat
    language: Language | None = None  # of the person's Telegram, if known
    at: float = 0.0  # when it was written, in seconds since 1970
    of_another: bool = False  # the person forwards what somebody else wrote

    @property
    def wrote(self) -> Wrote:
        """The writer and time, for the check of consent."""
        return Wrote(self.person, self.at, self.message, self.of_another)


@dataclass(frozen=True, slots=True)
class Answer:
    """The text to send, and its source."""

    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class ReplyContext:
    """A message with all that is known around it."""

    request: ReplyRequest
    record: ChatRecord
    language: Language
    name: str
    pool: StaticPool
    topics: TopicSelector
    until: float  # deadline for a provider's answer, on the loop's clock
    breaks: int  # number of broken-off generations when the message was taken up

    def patience(self, most: float) -> float:
        """Return the seconds that may be waited, at most `most`."""
        return max(0.0, min(most, self.until - asyncio.get_running_loop().time()))

    @property
    def conditions(self) -> Conditions:
        """The conditions that the answer must meet."""
        request = self.request
        return Conditions(request.persona, self.name, self.language, request.chat, self.record.said)

    @property
    def question(self) -> Question | None:
        """The key for sharing an answer made from the question alone; None if there is none."""
        request = self.request
        return question_of(request.text, request.persona, self.language)

    def certain(self) -> StaticAnswer | None:
        """Return a prepared answer that certainly fits, or None."""
        return self.pool.certain(self.request.text, self.language, self.name, self.record.said)

    def suffices(self, certain: StaticAnswer) -> bool:
        """Return True if a prepared answer is as good as a model's."""
        return certain.is_fresh and not (certain.may_reply and self.record.asked_back)

    def last_resort(self) -> Answer:
        """Return the best static answer."""
        said = self.record.said
        text = self.pool.choose(self.request.text, self.language, self.name, said).text
        return Answer(text, Source.STATIC)
