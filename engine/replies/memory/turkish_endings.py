"""Decides whether the letters behind a stem can be endings of a Turkish noun or verb.

Endings are chained, and most chains can be split in several ways. All ways are followed at once, so
the time does not grow with their number.
"""

from typing import Final

# Vowel harmony and softening give an ending up to eight forms; one stands for all.
_ONE_FORM: Final = str.maketrans("uatg", "iedk")

_CASES = frozenset(  # plural, possession, case, and the copula
    "ler im m in n imiz miz iniz niz i si yi ni e ye ne de den nde nden le yle ken yken di ydi mis "
    "ymis dir iz yim sin".split()
)
_NOUN = _CASES | frozenset("ki ce nce li lik siz".split())
_VOICES = frozenset("d l n s il in is id er ir dir".split())  # passive, causative, mutual
_ABLE = frozenset("ebil yebil".split())
_NOT = frozenset("m me mi em eme emi yem yeme yemi".split())
_TENSES = frozenset(
    "yo iyo yor iyor di dik mis ecek yecek r ir er z se meli me mek mey is ip yip ince yince erek "
    "yerek e ye en yen rken meden eli yeli sin i yi".split()
)
_VERB = _CASES | frozenset("se ce mi k z".split())
_POSSESSIONS = frozenset("m im i si yi imiz in".split())
_LAST = frozenset("de den nde nden e ye ne in nin le yle ni li lik".split())
_LONGEST = 5  # letters of one ending


def of_noun(ending: str) -> bool:
    """Return True if a folded ending can be a noun's."""
    letters = ending.translate(_ONE_FORM)
    return len(letters) in _chained(letters, {0}, _NOUN)


def of_verb(ending: str) -> bool:
    """Return True if a folded ending can be a verb's."""
    letters = ending.translate(_ONE_FORM)
    ends = {0}
    for parts in (_VOICES, _VOICES, _ABLE, _NOT):
        ends |= _after(letters, ends, parts)
    return len(letters) in _chained(letters, _after(letters, ends, _TENSES), _VERB)


def surely_of_noun(ending: str) -> bool:
    """Return True if the ending means a noun even where a verb has its stem: "yüzüm", "kırda"."""
    letters = ending.translate(_ONE_FORM)
    ends = {0}
    for parts in (frozenset({"ler"}), _POSSESSIONS, _LAST):
        ends |= _after(letters, ends, parts)
    return len(letters) in ends


def _chained(letters: str, ends: set[int], parts: frozenset[str]) -> set[int]:
    """Return the positions where chains of `parts` behind any of `ends` can end."""
    found = new = ends
    while new:
        new = _after(letters, new, parts) - found
        found = found | new
    return found


def _after(letters: str, ends: set[int], parts: frozenset[str]) -> set[int]:
    """Return the positions where one of `parts` behind any of `ends` ends."""
    return {
        at + size
        for at in ends
        for size in range(1, _LONGEST + 1)
        if letters[at : at + size] in parts and at + size <= len(letters)
    }
