"""Ranks texts by the words they share with a question (Okapi BM25), in Turkish and English.

Turkish puts meaning into endings, so words are compared by their beginnings and their trigrams.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence

from engine.replies.text import fold

_WORD = re.compile(r"[^\W_]+")
_STEM = 5  # letters that two forms of a word mostly share
_TRIGRAM_WEIGHT = 0.25
_K1, _B = 1.2, 0.75  # the usual saturation and length normalisation
_COMMON = frozenset(
    "the a an is are was were be am do does did have has had of to in on at for with and or but "
    "not i im my me you your it its this that what which who whom where when why how much many "
    "long bir bu su o ve ile de da mi mu ne kim hangi kac nasil neden niye nerede kime icin gibi "
    "cok daha ben benim sen senin var yok".split()
)


def rank(question: str, texts: Sequence[str]) -> list[float]:
    """A score of each text, 0 or more; some 20 µs a text."""
    wanted = _terms(question)
    counted = [Counter(_terms(text)) for text in texts]
    if not wanted or not counted:
        return [0.0] * len(texts)
    found_in = Counter(term for terms in counted for term in terms)
    average = sum(terms.total() for terms in counted) / len(counted) or 1.0
    weights = {
        term: (_TRIGRAM_WEIGHT if term.startswith("~") else 1.0)
        * math.log(1 + (len(texts) - found_in[term] + 0.5) / (found_in[term] + 0.5))
        for term in set(wanted)
        if term in found_in
    }
    return [_score(terms, weights, average) for terms in counted]


def _score(terms: Counter[str], weights: dict[str, float], average: float) -> float:
    lengthy = _K1 * (1 - _B + _B * terms.total() / average)
    return sum(
        weight * terms[term] * (_K1 + 1) / (terms[term] + lengthy)
        for term, weight in weights.items()
        if term in terms
    )


def _terms(text: str) -> list[str]:
    """The beginnings of words, and their trigrams marked with a tilde."""
    terms = []
    for word in _WORD.findall(fold(text)):
        if word not in _COMMON:
            terms.append(word[:_STEM])
            terms += [f"~{word[at : at + 3]}" for at in range(len(word) - 2)]
    return terms
