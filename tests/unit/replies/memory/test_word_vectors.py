"""Words without a letter in common are alike where their meanings are."""

import pytest

from engine.replies.memory.word_vectors import likeness, vector_of


def alike(one: str, other: str) -> float:
    return likeness(vector_of(one), vector_of(other))


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("a trombone", "which instrument", "which medicine"),
        ("a sprained ankle", "an injury", "a guitar"),
        ("my passport", "a tourist abroad", "a violin"),
        ("roasted aubergine", "food", "furniture"),
        ("our dachshund", "pets", "salary"),
    ],
)
def test_what_belongs_together_is_alike(text: str, near: str, far: str) -> None:
    assert alike(text, near) > alike(text, far) + 0.1


def test_forms_of_a_word_are_one() -> None:
    assert alike("puppies", "puppy") == pytest.approx(1, abs=0.001)
    assert alike("Roofs", "roof") == pytest.approx(1, abs=0.001)


def test_a_rare_word_counts_more_than_a_common_one() -> None:
    assert alike("the old harpsichord", "harpsichord") > alike("the old harpsichord", "old")


def test_what_is_unknown_is_like_nothing() -> None:
    assert not vector_of("xyzzy, the 3")
    assert alike("xyzzy", "a cat") == 0
    assert alike("", "") == 0
