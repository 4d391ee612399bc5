"""How texts are compared: letter case, spacing and likeness, in Turkish and English alike."""

import re

_SPACES = re.compile(r"\s+")
_PLAIN = str.maketrans("çğışöüâîû\u2019\u2018`\u00b4", "cgisouaiu''''")


def normalise(text: str) -> str:
    """Lower case with every i alike, single spaces: texts that read the same compare the same.

    `casefold` alone keeps İ and ı apart from i, and Turkish capitals turn I into ı.
    """
    folded = text.replace("İ", "i").replace("I", "i").casefold().replace("ı", "i")
    return _SPACES.sub(" ", folded).strip()


def fold(text: str) -> str:
    """`normalise`, and without the marks that people leave out when they type: "nasilsin"."""
    return normalise(text).replace("\u0307", "").translate(_PLAIN)


def trigrams(normalised: str) -> frozenset[str]:
    """The overlapping triples of letters of a text, its edges marked by blanks."""
    padded = f"  {normalised} "
    return frozenset(padded[start : start + 3] for start in range(len(padded) - 2))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared trigrams among all of both (Jaccard index): 0 to 1."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0
