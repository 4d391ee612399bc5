"""One persona's prepared answers: small talk in its own voice, and a last resort for everything."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from engine.replies.canonical import canonical
from engine.replies.language_detection import Language
from engine.replies.persona import Persona, Reply
from engine.replies.recent_answers import LAST, RecentAnswers
from engine.replies.small_talk import Phrasebook
from engine.replies.static_replies import StaticReplies
from engine.replies.text import likeness, normalise, trigrams

_CLOSE_ENOUGH = 0.25  # likeness below which nothing fits and a fallback is said
_REPLIES = frozenset({"agreement", "refusal"})  # kinds that may answer what was asked back
_MOST_LETTERS = 500  # of a message that are looked at

_chance = random.Random()  # noqa: S311 - variety, not secrecy


@dataclass(frozen=True, slots=True)
class StaticAnswer:
    """A sentence, its language, and whether this chat has not heard it lately."""

    text: str
    language: Language
    is_fresh: bool
    may_reply: bool = False  # as "yes" may: to a question that was asked back


@dataclass(frozen=True, slots=True)
class _Prepared:
    language: Language
    phrases: tuple[frozenset[str], ...]
    sentences: tuple[str, ...]


class StaticPool:
    """Never fails, never asks anybody; some 0.3 ms an answer."""

    def __init__(
        self, shared: StaticReplies, persona: Persona, phrasebook: Phrasebook | None = None
    ) -> None:
        """Takes some 10 ms, half of them for a phrasebook of `shared` unless one is given."""
        self._persona = persona
        self._phrasebook = phrasebook or Phrasebook(shared.kind)
        self._kinds = {kind.name: kind for kind in shared.kind}
        self._prepared = tuple(map(_prepare, (*persona.replies, *shared.reply)))
        self._known = {_asked(phrase): reply for reply in persona.replies for phrase in reply.when}
        self._fallback = {
            language: (*persona.fallback.of(language), *shared.fallback.of(language))
            for language in Language
        }

    def certain(
        self, text: str, language: Language, name: str, said: RecentAnswers
    ) -> StaticAnswer | None:
        """The answer to small talk and to the persona's prepared questions; None to all else."""
        reply = self._known.get(_asked(text[:_MOST_LETTERS]))
        if reply is not None:
            return _pick(reply.say, (), reply.language, name, said)
        talk = self._phrasebook.read(text, name)
        if talk is None:
            return None
        language = talk.language or language
        sentences, asides = self._sentences(talk.kinds, language)
        answer = _pick(sentences, asides, language, name, said)
        return replace(answer, may_reply=not _REPLIES.isdisjoint(talk.kinds))

    def is_small_talk(self, text: str) -> bool:
        talk = self._phrasebook.read(text)
        return talk is not None and _REPLIES.isdisjoint(talk.kinds)

    def choose(self, text: str, language: Language, name: str, said: RecentAnswers) -> StaticAnswer:
        """What fits `text` best; there is always something."""
        asked = trigrams(normalise(text[:_MOST_LETTERS]))
        fits = (
            (_fit(reply, asked), reply) for reply in self._prepared if reply.language is language
        )
        best, reply = max(fits, key=lambda fit: fit[0], default=(0.0, None))
        if reply is not None and best >= _CLOSE_ENOUGH:
            answer = _pick(reply.sentences, (), language, name, said)
            if answer.is_fresh:
                return answer
        asides = self._persona.asides.of(language)
        return _pick(self._fallback[language], asides, language, name, said)

    def _sentences(
        self, kinds: Sequence[str], language: Language
    ) -> tuple[Sequence[str], Sequence[str]]:
        """Of the first two kinds, joined, and the asides that may follow."""
        said = [self._of_kind(kind, language) for kind in kinds[:2]]
        asides = self._persona.asides.of(language) if self._kinds[kinds[-1]].asides else ()
        if len(said) == 1:
            return said[0], asides
        return [f"{_closed(one)} {other}" for one in said[0] for other in said[1]], asides

    def _of_kind(self, kind: str, language: Language) -> Sequence[str]:
        own = self._persona.small_talk.get(kind)
        return (own.of(language) if own else ()) or self._kinds[kind].of(language).say


def _pick(
    sentences: Sequence[str],
    asides: Sequence[str],
    language: Language,
    name: str,
    said: RecentAnswers,
) -> StaticAnswer:
    """One the chat has not heard lately, with an aside if need be; else the longest ago."""
    ready = [sentence.replace("{name}", name) for sentence in sentences]
    for candidate in _shuffled(ready):
        if said.age(candidate) is None:
            return StaticAnswer(candidate, language, is_fresh=True)
    for candidate in _shuffled(f"{_closed(one)} {aside}" for one in ready for aside in asides):
        if said.age(candidate) is None:
            return StaticAnswer(candidate, language, is_fresh=True)
    oldest = max(ready, key=lambda sentence: said.age(sentence) or 0)
    return StaticAnswer(oldest, language, is_fresh=False)


def _shuffled(sentences: Iterable[str]) -> Iterator[str]:
    mixed = list(sentences)
    _chance.shuffle(mixed)
    yield from mixed[: LAST + 1]


def _closed(sentence: str) -> str:
    """Ready to be followed by another one."""
    return sentence if sentence[-1] in ".!?…🙂" else f"{sentence}."


def _asked(text: str) -> str:
    return canonical(text).removesuffix(" ?")


def _prepare(reply: Reply) -> _Prepared:
    phrases = tuple(trigrams(normalise(phrase)) for phrase in reply.when)
    return _Prepared(reply.language, phrases, reply.say)


def _fit(reply: _Prepared, asked: frozenset[str]) -> float:
    return max(likeness(phrase, asked) for phrase in reply.phrases)
