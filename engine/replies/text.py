"""How texts are compared: letter case, spacing and likeness, in Turkish and English alike."""

import re

_SPACES = re.compile(r"\s+")
_TURKISH_LETTERS = frozenset("çğışöüÇĞİŞÖÜ")
_TURKISH_WORDS = frozenset(
    (
        "bir",
        "bu",
        "ve",
        "ne",
        "mi",
        "mu",
        "var",
        "yok",
        "ben",
        "sen",
        "naber",
        "selam",
        "merhaba",
        "evet",
        "ama",
        "nerede",
        "kim",
        "da",
        "de",
        "ile",
        "gibi",
        "daha",
        "bana",
        "sana",
        "tamam",
        "peki",
    )
)  # without those letters


def normalise(text: str) -> str:
    """Lower case with every i alike, single spaces: texts that read the same compare the same.

    `casefold` alone keeps İ and ı apart from i, and Turkish capitals turn I into ı.
    """
    folded = text.replace("İ", "i").replace("I", "i").casefold().replace("ı", "i")
    return _SPACES.sub(" ", folded).strip()


def trigrams(normalised: str) -> frozenset[str]:
    """The overlapping triples of letters of a text, its edges marked by blanks."""
    padded = f"  {normalised} "
    return frozenset(padded[start : start + 3] for start in range(len(padded) - 2))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared trigrams among all of both (Jaccard index): 0 to 1."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0


def is_turkish(text: str) -> bool:
    """A guess from letters and common words, good enough to choose among two languages."""
    if not _TURKISH_LETTERS.isdisjoint(text):
        return True
    return not _TURKISH_WORDS.isdisjoint(text.lower().split())
