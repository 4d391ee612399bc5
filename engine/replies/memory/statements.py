"""Selects the sentences worth remembering: those in which a person tells of their own life."""

import re

from engine.replies.text.language_detection import leaning
from engine.replies.text.likeness import fold

_FEWEST_WORDS, _MOST_LETTERS = 3, 300
_ABBREVIATED = (r"\w", *"dr mr mrs ms st prof sgt vs jr sr doc uzm".split())  # \w: a.m., J. R.
_NO_END = "".join(rf"(?<!\b{short}\.)" for short in _ABBREVIATED)
_SENTENCE = re.compile(rf"(?<=[.!?…]){_NO_END}\s+|\n+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_ENGLISH = frozenset("i im ive id ill my mine me myself we weve our ours us".split())
_KIN = frozenset(
    "mom mum mommy dad daddy grandma grandpa granny nana".split()
)  # "my" in itself, if it stands alone
_YOURS = frozenset("you your ur his her their the a".split())
_TURKISH = frozenset(
    "ben benim bana beni bende benden biz bizim bize bizi bizde kendim kendi".split()
)
_FIRST_PERSON = re.compile(  # possessive, verbal and plural endings of the folded word
    r"(?:[^\W\d_]{2,}(?:[iu]m|[ae]m|miz|muz|[yi]iz|[dt][iu]k|[aeiu]r[iu]z|[iu]yoruz)"
    r"|[^\W\d_]+(?:[dt][iu]m|yorum|m[ae]m|y[iu]m|sam|sem)"
    r"|[^\W\d_]{2,}m[iu]?(?:da|de|dan|den|in|un|i|u|a|e|la|le|lar|ler))"
)
_SURELY_ENGLISH = -1.0  # leaning
_SAYS_ALL_IN_TWO = frozenset("var yok adim ismim".split())  # "Astımım var"
_ASKS = re.compile(
    r"ne(?:yi[mn]?|ye|yle|ler[ie]?|ydi|si|den|re\w*|rde\w*)?|niye|nasil\w*|hangi\w*"
    r"|kim(?:e|i|in|den|inle|le|ler|di)?|kac(?:a|ta|ti|inci)?"
    r"|m[iu](?:yim|yum|sin|sun|yiz|yuz|siniz|sunuz|ydi|ydu)?"
)
_OPENS_QUESTION = frozenset(
    "whats hows whos whens wheres do does did can could would should is are am was were".split()
)
_OPENS_CLAUSE_TOO = frozenset("what why how who whom which when where whose".split())
_SUBJECTS = frozenset("i im ive id my we our".split())  # "When I was six" asks nothing
_GREETINGS = frozenset("hi hello hey selam selamlar merhaba gunaydin".split())
_SMALL_TALK = _GREETINGS | frozenset(
    "tesekkurler tesekkur sagol tamam geceler gorusuruz thanks thank bye".split()
)
_SMALL = 5  # words up to which a message with a word of small talk is small talk as a whole


def worth_remembering(text: str) -> tuple[str, ...]:
    """Return the sentences of `text` in which people tell of themselves, as they were written."""
    return tuple(sentence for part in _SENTENCE.split(text) if _matters(sentence := part.strip()))


def _matters(sentence: str) -> bool:
    if len(sentence) > _MOST_LETTERS or sentence.startswith("/"):
        return False
    plain = fold(sentence).replace("we're", "we are")  # else it would become "were"
    words = _WORD.findall(plain.replace("'", ""))
    if words and words[0] in _GREETINGS:
        del words[0]
    return (
        _says_enough(words)
        and not _asks(sentence, words)
        and not _is_small_talk(words)
        and _tells_of_oneself(sentence, words)
    )


def _says_enough(words: list[str]) -> bool:
    """Return True for enough words: Turkish needs two where English needs three."""
    return len(words) >= _FEWEST_WORDS or (
        len(words) > 1 and not _SAYS_ALL_IN_TWO.isdisjoint(words)
    )


def _asks(sentence: str, words: list[str]) -> bool:
    """Return True for a question, by its mark or else by its words."""
    if sentence.endswith("?"):
        return True
    if sentence.endswith((".", "!", "…")):
        return False
    return (
        words[0] in _OPENS_QUESTION
        or (words[0] in _OPENS_CLAUSE_TOO and words[1] not in _SUBJECTS)
        or any(map(_ASKS.fullmatch, words))
    )


def _is_small_talk(words: list[str]) -> bool:
    return words[0] in _SMALL_TALK or (len(words) <= _SMALL and not _SMALL_TALK.isdisjoint(words))


def _tells_of_oneself(sentence: str, words: list[str]) -> bool:
    known = frozenset(words)
    if known & (_ENGLISH | _TURKISH) or words[0] in _KIN or (known & _KIN and not known & _YOURS):
        return True
    # "Game", "team" and "them" only look like Turkish endings.
    return leaning(sentence) > _SURELY_ENGLISH and any(map(_FIRST_PERSON.fullmatch, words))
