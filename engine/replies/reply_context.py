"""A message that wants an answer, with all that is known around it, and the answer."""

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

    bot: str  # its account
    display_name: str  # on Telegram
    persona: Persona
    chat: int
    person: int
    message: int  # Telegram's id
    text: str
    waited: float = 0.0  # s, for its turn in the chat
    language: Language | None = None  # of the person's Telegram, where that is known
    at: float = 0.0  # when it was written, in seconds since 1970
    of_another: bool = False  # the person passes on what somebody else wrote

    @property
    def wrote(self) -> Wrote:
        return Wrote(self.person, self.at, self.message, self.of_another)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be sent, and where it came from."""

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
    until: float  # on the loop's clock, for a provider's answer
    breaks: int  # how often generation had been broken off when it was taken up

    def patience(self, most: float) -> float:
        """Seconds that may be waited for something, `most` at the most."""
        return max(0.0, min(most, self.until - asyncio.get_running_loop().time()))

    @property
    def conditions(self) -> Conditions:
        request = self.request
        return Conditions(request.persona, self.name, self.language, request.chat, self.record.said)

    @property
    def question(self) -> Question | None:
        """By which an answer may be shared that was made from the question alone."""
        request = self.request
        return question_of(request.text, request.persona, self.language)

    def certain(self) -> StaticAnswer | None:
        return self.pool.certain(self.request.text, self.language, self.name, self.record.said)

    def suffices(self, certain: StaticAnswer) -> bool:
        """Whether a prepared answer is as good as a model's."""
        return certain.is_fresh and not (certain.may_reply and self.record.asked_back)

    def last_resort(self) -> Answer:
        said = self.record.said
        text = self.pool.choose(self.request.text, self.language, self.name, said).text
        return Answer(text, Source.STATIC)
