"""Removes politeness from a question, at its edges, where it cannot be the subject.

"hocam kravat nasıl bağlanır acaba" asks "kravat nasıl bağlanır"; but "what does kanka mean" asks
for a word, and "vitamin a" holds no article.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from engine.replies.text.word_lists import LISTS, word_set

FILLERS: Final = word_set("fillers")
ENGLISH_ASKING: Final = word_set("asking", "english")
TURKISH_ASKING: Final = word_set("asking", "turkish")
_LISTS: Final = LISTS["politeness"]
_ARTICLES = frozenset({"the", "a", "an"})
_BEHIND_ARTICLES: Final = word_set("articles", "behind")
_BINDING = frozenset(
    "the a an for of to with by from and or my your our their this that these those "
    "bir her en o bu su".split()
)
_ABOUT: Final = tuple(LISTS["about_words"]["beginnings"].split())
NO_SUBJECT: Final = word_set("about_words", "nothing") | ENGLISH_ASKING | TURKISH_ASKING
_REQUESTED: Final = word_set("politeness", "requested")
_ENGLISH_QUESTION = frozenset("what when where who why how which whose".split())


def _phrases(*names: str) -> frozenset[tuple[str, ...]]:
    lists = (_LISTS[name] for name in names)
    entries = (one.split() if isinstance(one, str) else one for one in lists)
    return frozenset(tuple(phrase.split()) for entry in entries for phrase in entry)


_OPENING: Final = _phrases("opening", "vocatives")
_CLOSING: Final = _phrases("closing", "vocatives")
_BEFORE_QUESTIONS: Final = _phrases("before_questions")
_AFTER_QUESTIONS: Final = _phrases("after_questions")
_REQUESTS: Final = _phrases("requests")
_LONGEST: Final = max(map(len, _OPENING | _CLOSING | _BEFORE_QUESTIONS | _AFTER_QUESTIONS))


def without_politeness(said: Sequence[str]) -> list[str]:
    """Return the words `said`, lower-case and unmarked, without politeness."""
    rest = [word for word in said if word not in FILLERS]
    while rest:
        cut = _opening(rest)
        if cut:
            rest = _direct(rest[cut:]) if tuple(rest[:cut]) in _BEFORE_QUESTIONS else rest[cut:]
            continue
        cut = _closing(rest)
        if not cut:
            break
        rest = _without_addressee(rest[:-cut], rest[-cut:])
    return _without_articles(rest)


def about_words(said: Iterable[str], kept: Iterable[str]) -> bool:
    """Return True if a removed word may be the subject: "what does bro mean", "btw nedir"."""
    return any(word.startswith(_ABOUT) for word in said) or NO_SUBJECT.issuperset(kept)


def _opening(rest: list[str]) -> int:
    for length in range(min(_LONGEST, len(rest)), 0, -1):
        head, tail = tuple(rest[:length]), rest[length:]
        if (
            head in _OPENING
            or (head in _BEFORE_QUESTIONS and _asks(tail))
            or (head in _REQUESTS and tail and tail[0] in _REQUESTED)
        ):
            return length
    return 0


def _closing(rest: list[str]) -> int:
    for length in range(min(_LONGEST, len(rest)), 0, -1):
        head, tail = rest[:-length], tuple(rest[-length:])
        if tail in _CLOSING and not (head and head[-1] in _BINDING):
            return length
        if tail in _AFTER_QUESTIONS and _asks(head) and not _is_indirect(head):
            return length
    return 0


def _asks(words: list[str]) -> bool:
    return bool(words) and (words[0] in _ENGLISH_QUESTION or not TURKISH_ASKING.isdisjoint(words))


def _direct(question: list[str]) -> list[str]:
    """Return an indirect question in direct form: "what is btc" for "what btc is"."""
    if question[:1] in (["what"], ["who"], ["where"]) and question[-1] in {"is", "are"}:
        return [question[0], question[-1], *question[1:-1]]
    return question


def _is_indirect(words: list[str]) -> bool:
    """Return True for an ending like "ne olduğunu"; the verb after it belongs to the question."""
    return words[-1][-1] in "iu" and words[-1] not in {"mi", "mu"}


def _without_addressee(rest: list[str], taken: list[str]) -> list[str]:
    """Return the rest without the "bana" of "bana saat kaç söyler misin"."""
    return rest[1:] if tuple(taken) in _AFTER_QUESTIONS and rest[0] == "bana" else rest


def _without_articles(said: list[str]) -> list[str]:
    return [
        word for at, word in enumerate(said) if not (word in _ARTICLES and _is_article(said, at))
    ]


def _is_article(said: list[str], at: int) -> bool:
    """Return True for an article; False in "vitamin a" and in "plan a or plan b"."""
    return said[at] == "the" or (
        at + 1 < len(said) and (at == 0 or said[at - 1] in _BEHIND_ARTICLES)
    )
