"""Holds a persona's prepared answers: its own small talk, and a last resort for everything."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from engine.replies.personas.persona import Persona, PreparedReply
from engine.replies.personas.small_talk import CALL, LAUGHTER, Phrasebook
from engine.replies.personas.static_replies import StaticReplies
from engine.replies.shareability import asks_in_words
from engine.replies.text.canonical import canonical, words
from engine.replies.text.language_detection import Language
from engine.replies.text.likeness import likeness, trigrams
from engine.replies.text.politeness import NO_SUBJECT, without_politeness
from engine.replies.text.recent_answers import LAST, RecentAnswers

_CLOSE_ENOUGH = 0.25  # likeness below which nothing fits and a fallback is used
_REPLIES = frozenset({"agreement", "refusal", "unsure", "hope"})  # may answer what was asked back
_NODS = _REPLIES | {LAUGHTER, "wow"}  # not answered beside anything else
_MAY_REPLY = _REPLIES | {CALL}  # includes the bot's name, if that is a common word
_FORM = NO_SUBJECT | {"the", "a", "an"}
_MOST_LETTERS = 500  # letters of a message that are read

_chance = random.Random()  # noqa: S311 - variety, not secrecy


@dataclass(frozen=True, slots=True)
class StaticAnswer:
    """A sentence, its language, and whether this chat has not heard it lately."""

    text: str
    language: Language
    is_fresh: bool
    may_reply: bool = False  # True for e.g. "yes", which may answer a question of the bot's


@dataclass(frozen=True, slots=True)
class _Prepared:
    language: Language
    phrases: tuple[frozenset[str], ...]
    sentences: tuple[str, ...]


class StaticPool:
    """Finds a prepared answer; never fails, calls no provider, takes some 0.3 ms."""

    def __init__(
        self, shared: StaticReplies, persona: Persona, phrasebook: Phrasebook | None = None
    ) -> None:
        """Build the pool in some 5 ms, plus 60 ms for a phrasebook unless one is given."""
        self._persona = persona
        self._phrasebook = phrasebook or Phrasebook(shared.kind)
        self._kinds = {kind.name: kind for kind in shared.kind}
        self._prepared = tuple(map(_prepare, (*persona.replies, *shared.reply)))
        self._known = {_asked(phrase): reply for reply in persona.replies for phrase in reply.when}
        self._again = shared.again
        self._fallback = {
            (language, asks): (
                *persona.fallback.of(language),
                *shared.fallback.of(language),
                *(shared.to_questions if asks else shared.to_statements).of(language),
            )
            for language in Language
            for asks in (True, False)
        }

    def certain(
        self, text: str, language: Language, name: str, said: RecentAnswers
    ) -> StaticAnswer | None:
        """Return the answer to small talk or to a prepared question of the persona, else None."""
        reply = self._known.get(_asked(text[:_MOST_LETTERS]))
        if reply is not None:
            return self._known_answer(reply, name, said)
        talk = self._phrasebook.read(text, name)
        if talk is None:
            return None
        language = talk.language or language
        sentences, others = self._sentences(talk.kinds, language)
        answer = _pick(sentences, others, language, name, said)
        return replace(answer, may_reply=not _MAY_REPLY.isdisjoint(talk.kinds))

    def is_small_talk(self, text: str) -> bool:
        """Return True if `text` is small talk that answers nothing the bot asked."""
        talk = self._phrasebook.read(text)
        return talk is not None and _REPLIES.isdisjoint(talk.kinds)

    def choose(self, text: str, language: Language, name: str, said: RecentAnswers) -> StaticAnswer:
        """Return the best answer to `text`; there always is one."""
        asked = _subject(text[:_MOST_LETTERS])
        fits = (
            (_fit(reply, asked), reply) for reply in self._prepared if reply.language is language
        )
        best, reply = max(fits, key=lambda fit: fit[0], default=(0.0, None))
        if reply is not None and best >= _CLOSE_ENOUGH:
            answer = _pick(reply.sentences, (), language, name, said)
            if answer.is_fresh:
                return answer
        asks = "?" in text or asks_in_words(text[:_MOST_LETTERS])
        sentences = self._fallback[language, asks]
        asides = self._persona.asides.of(language)
        return _pick(sentences, _joined(sentences, asides), language, name, said)

    def _known_answer(self, reply: PreparedReply, name: str, said: RecentAnswers) -> StaticAnswer:
        """Return a prepared answer; say that it is a repetition if the chat heard it lately."""
        answer = _pick(reply.say, (), reply.language, name, said)
        if answer.is_fresh:
            return answer
        again = tuple(_joined(self._again.of(reply.language), reply.say))
        return replace(_pick(again, (), reply.language, name, said), is_fresh=False)

    def _sentences(
        self, kinds: Sequence[str], language: Language
    ) -> tuple[Sequence[str], Iterable[str]]:
        """Return answers to the two most important `kinds`, and alternatives for later."""
        kinds = [kind for kind in kinds if kind not in _NODS] or kinds
        asking_first = sorted(kinds, key=lambda kind: not self._kinds[kind].asks)[:2]
        answered = [kind for kind in kinds if kind in asking_first]
        sentences, *second = [self._of_kind(kind, language) for kind in answered]
        for others in second:
            sentences = tuple(_joined(sentences, others))
        own = self._persona.small_talk.get(answered[0])
        shared = self._kinds[answered[0]].of(language).say if own and not second else ()
        asides = self._persona.asides.of(language) if self._kinds[answered[-1]].asides else ()
        return sentences, chain(_joined(sentences, asides), shared)

    def _of_kind(self, kind: str, language: Language) -> Sequence[str]:
        own = self._persona.small_talk.get(kind)
        return (own.of(language) if own else ()) or self._kinds[kind].of(language).say


def _pick(
    sentences: Sequence[str],
    others: Iterable[str],
    language: Language,
    name: str,
    said: RecentAnswers,
) -> StaticAnswer:
    """Choose a sentence the chat has not heard lately, else from `others`, else the oldest."""
    ready = [sentence.replace("{name}", name) for sentence in sentences]
    further = (sentence.replace("{name}", name) for sentence in others)
    for candidate in chain(_shuffled(ready), _shuffled(further)):
        if said.age(candidate) is None:
            return StaticAnswer(candidate, language, is_fresh=True)
    oldest = max(ready, key=lambda sentence: said.age(sentence) or 0)
    return StaticAnswer(oldest, language, is_fresh=False)


def _joined(ones: Iterable[str], others: Sequence[str]) -> Iterator[str]:
    """Yield each of `ones` before each of `others`: hundreds, which are seldom looked at."""
    for one in ones:
        closed = _closed(one)
        for other in others:
            yield f"{closed} {other}"


def _shuffled(sentences: Iterable[str]) -> Iterator[str]:
    mixed = list(sentences)
    _chance.shuffle(mixed)
    yield from mixed[: LAST + 1]


def _closed(sentence: str) -> str:
    """Return the sentence with a closing mark, so that another one can follow."""
    return sentence if sentence[-1] in ".!?:…🙂👍" else f"{sentence}."


def _asked(text: str) -> str:
    return canonical(text).removesuffix(" ?")


def _subject(text: str) -> frozenset[str]:
    """Return the trigrams of the subject: "what is the price" and "what is the capital" differ.

    If a text is nothing but form, as "bu ne kadar" is, return all its words in any order.
    """
    told = without_politeness(words(text))
    subject = [word for word in told if word not in _FORM]
    return trigrams(" ".join(subject)) if subject else frozenset({" ".join(sorted(told))})


def _prepare(reply: PreparedReply) -> _Prepared:
    phrases = tuple(_subject(phrase) for phrase in reply.when)
    return _Prepared(reply.language, phrases, reply.say)


def _fit(reply: _Prepared, asked: frozenset[str]) -> float:
    return max(likeness(phrase, asked) for phrase in reply.phrases)
