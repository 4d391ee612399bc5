"""Splits an answer into sentences, each as written and in the form for pattern matching."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.replies.text.likeness import fold

_END = re.compile(r"(?<=[.!?…])\s+|\n+|;\s+")
_SUPPOSED = re.compile(  # not about the speaker
    r"^(?:if|suppose|imagine|eger|diyelim|sanki|people|many people|some say|they say|insanlar)\b"
    r"|\b(?:if i (?:was|were|had)|would say that|keske|olsaydim|olsaydi)\b"
)
_NAME = re.compile(r"(?<![^\W_])[^\W\d_a-zçğıöşü][^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer."""

    text: str  # as written
    folded: str

    @property
    def asks(self) -> bool:
        """True for a question."""
        return self.text.endswith("?")

    def names(self) -> tuple[str, ...]:
        """Return the capitalised words, folded, except one that only begins the sentence."""
        return tuple(fold(found[0]) for found in _NAME.finditer(self.text) if found.start() > 0)


def sentences(answer: str) -> Iterator[Sentence]:
    """Yield the sentences an answer means in earnest, without suppositions and hearsay."""
    for text in _END.split(answer):
        folded = fold(text)
        if folded and not _SUPPOSED.search(folded):
            yield Sentence(text.strip(), folded)


def any_of(words: Iterable[str]) -> str:
    """Return a pattern for any of `words` with their endings, for folded text."""
    alternatives = sorted({re.escape(fold(word)) for word in words}, key=len, reverse=True)
    return rf"\b(?:{'|'.join(alternatives)})(?:'?[a-z]{{0,7}})?\b"
