"""The forms in which an English word may stand in a list, whatever form it is used in."""

from collections.abc import Iterator

_ENDINGS = (  # and what stood instead of them
    *(("s", ""), ("'s", ""), ("es", ""), ("ies", "y")),
    *(("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e")),
)


def possible_stems(word: str) -> Iterator[str]:
    """What `word`, in lower case, may be a form of, itself first: "copies" of "copy"."""
    yield word
    for ending, instead in _ENDINGS:
        if word.endswith(ending):
            yield word.removesuffix(ending) + instead
