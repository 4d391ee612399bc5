"""A message that wants an answer, with all that is known around it, and the answer."""

import asyncio
from dataclasses import dataclass

from engine.replies.answer_checks import Conditions
from engine.replies.chat_records import ChatRecord
from engine.replies.figures import Source
from engine.replies.language_detection import Language
from engine.replies.persona import Persona
from engine.replies.response_cache import Question, question_of
from engine.replies.static_pool import StaticAnswer, StaticPool
from engine.replies.topic_selector import TopicSelector
from engine.storage.agreement import Wrote


@dataclass(frozen=True, slots=True)
class Asked:
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
class Case:
    """A message with all that is known around it."""

    asked: Asked
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
        asked = self.asked
        return Conditions(asked.persona, self.name, self.language, asked.chat, self.record.said)

    @property
    def question(self) -> Question | None:
        """By which an answer may be shared that was made from the question alone."""
        asked = self.asked
        return question_of(asked.text, asked.persona, self.language)

    def certain(self) -> StaticAnswer | None:
        return self.pool.certain(self.asked.text, self.language, self.name, self.record.said)

    def suffices(self, certain: StaticAnswer) -> bool:
        """Whether a prepared answer is as good as a model's."""
        return certain.is_fresh and not (certain.may_reply and self.record.asked_back)

    def last_resort(self) -> Answer:
        said = self.record.said
        text = self.pool.choose(self.asked.text, self.language, self.name, said).text
        return Answer(text, Source.STATIC)
