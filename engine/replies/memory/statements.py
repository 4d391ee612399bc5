"""Which of a person's sentences are worth remembering: what they say of their own life."""

import re

from engine.replies.text import fold

_FEWEST_WORDS, _MOST_LETTERS = 3, 300
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_WORD = re.compile(r"[^\W_]+")
_ENGLISH = frozenset("i im ive id ill my mine me we were our us".split())
_TURKISH = frozenset(
    "ben benim bana beni bende benden biz bizim bize bizi bizde kendim kendi".split()
)
_FIRST_PERSON = re.compile(  # possessive, verbal and plural endings of the folded word
    r"(?:[^\W\d_]{2,}(?:[iu]m|[ae]m|miz|muz|[yi]iz|[dt][iu]k|[aeiu]r[iu]z|[iu]yoruz)"
    r"|[^\W\d_]+(?:[dt][iu]m|yorum|m[ae]m|y[iu]m|sam|sem)"
    r"|[^\W\d_]{2,}m[iu]?(?:da|de|dan|den|in|un|i|u|a|e|la|le))"
)
_ASKING = frozenset("ne neden niye nasil kim hangi kac mi mu misin musun".split())
_OPENS_QUESTION = frozenset("what why how who which when where do can".split())
_SMALL_TALK = frozenset(
    "tesekkurler tesekkur selam merhaba tamam gunaydin thanks thank hello".split()
)


def worth_remembering(text: str) -> tuple[str, ...]:
    """The sentences of `text` in which somebody tells of themselves, as they were written."""
    return tuple(sentence for part in _SENTENCE.split(text) if _matters(sentence := part.strip()))


def _matters(sentence: str) -> bool:
    if len(sentence) > _MOST_LETTERS or sentence.endswith("?") or sentence.startswith("/"):
        return False
    words = _WORD.findall(fold(sentence).replace("'", ""))
    known = frozenset(words)
    if len(words) < _FEWEST_WORDS or known & _ASKING:
        return False
    if words[0] in _SMALL_TALK or words[0] in _OPENS_QUESTION:
        return False
    return bool(known & (_ENGLISH | _TURKISH)) or any(map(_FIRST_PERSON.fullmatch, words))
