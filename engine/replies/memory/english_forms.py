"""Finds the dictionary forms of an inflected English word."""

from collections.abc import Iterator

_ENDINGS = (  # endings and their replacements
    *(("s", ""), ("'s", ""), ("es", ""), ("ies", "y")),
    *(("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e")),
)


def possible_stems(word: str) -> Iterator[str]:
    """Yield the possible base forms of a lower-case `word`, itself first: "copy" for "copies"."""
    yield word
    for ending, instead in _ENDINGS:
        if word.endswith(ending):
            yield word.removesuffix(ending) + instead
