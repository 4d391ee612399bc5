"""Ranks texts by the words they share with a question (Okapi BM25), in Turkish and English.

Words are compared in English, by their beginnings and categories. Trigrams of the typed text find
names and typing errors.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from engine.replies.memory.reading import Reading
from engine.replies.text.likeness import fold

_WORD = re.compile(r"[^\W_]+")
_STEM = 5  # letters that two forms of a word usually share
_TRIGRAM, _CATEGORY = "~", "#"  # prefixes of terms that are no words
_WEIGHTS = {_TRIGRAM: 0.1, _CATEGORY: 1.5}
_K1, _B = 1.2, 0.75  # the usual saturation and length normalisation
COMMON = frozenset(  # words that say nothing about the subject
    "the a an is are was were be am do does did have has had of to in on at for with and or but so "
    "as by up out if from until like not no i im my mine me myself you your he him his she her it "
    "its they them their we us our this that there what which who whom whose where when why how "
    "much many long very most more only still own all some always never thing because get can "
    "could would should will bir bu su o ve ile de da mi mu ne kim hangi kac nasil neden niye "
    "nerede kime icin gibi cok daha ben benim sen senin var yok".split()
)


def rank(wanted: frozenset[str], texts: Sequence[frozenset[str]]) -> list[float]:
    """Return a score of 0 or more for each text, from the terms of the question and the texts."""
    found_in = Counter(term for terms in texts for term in terms)
    lengths = [_length(terms) for terms in texts]
    average = sum(lengths) / len(lengths) if any(lengths) else 1.0
    weights = {
        term: _weight(term)
        * math.log(1 + (len(texts) - found_in[term] + 0.5) / (found_in[term] + 0.5))
        for term in wanted
        if term in found_in
    }
    return [
        _score(terms, weights, length / average)
        for terms, length in zip(texts, lengths, strict=True)
    ]


def terms_of(text: Reading) -> frozenset[str]:
    """Return the text's word beginnings, categories and trigrams; takes some 40 µs."""
    return frozenset(_each_term(text))


def _score(terms: frozenset[str], weights: dict[str, float], length: float) -> float:
    lengthy = _K1 * (1 - _B + _B * length)
    return sum(
        weight * (_K1 + 1) / (1 + lengthy) for term, weight in weights.items() if term in terms
    )


def _weight(term: str) -> float:
    return _WEIGHTS.get(term[0], 1.0)


def _length(terms: frozenset[str]) -> float:
    return sum(map(_weight, terms))


def _each_term(text: Reading) -> Iterator[str]:
    for word in _words(text.english):
        yield word[:_STEM]
    for category in text.categories:
        yield _CATEGORY + category
    for word in _words(text.typed):
        for at in range(len(word) - 2):
            yield _TRIGRAM + word[at : at + 3]


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(fold(text)) if word not in COMMON]
