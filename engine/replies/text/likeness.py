"""Compares texts regardless of letter case and spacing, in Turkish and English."""

_PLAIN = str.maketrans("çğışöüâîû\u2019\u2018`\u00b4", "cgisouaiu''''")


def normalise(text: str) -> str:
    """Return the text in lower case, every i alike, with single spaces.

    `casefold` alone keeps İ and ı apart from i, and Turkish capitals turn I into ı.
    """
    folded = text.replace("İ", "i").replace("I", "i").casefold().replace("ı", "i")
    return " ".join(folded.split())


def fold(text: str) -> str:
    """Return the normalised text without the marks that people omit in typing: "nasilsin"."""
    return normalise(text).replace("\u0307", "").translate(_PLAIN)


def trigrams(normalised: str) -> frozenset[str]:
    """Return the overlapping letter triples of a text, its edges marked by blanks."""
    padded = f"  {normalised} "
    return frozenset([padded[start : start + 3] for start in range(len(padded) - 2)])


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the Jaccard index of two trigram sets, 0 to 1."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0
