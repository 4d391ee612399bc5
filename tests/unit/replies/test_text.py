"""Texts that read the same compare the same."""

import pytest

from engine.replies.text.likeness import fold, likeness, normalise, trigrams


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("IŞIK", "ışık"),
        ("İSTANBUL", "istanbul"),
        ("DIŞARI", "dışarı"),
        ("Hello   WORLD", "hello world"),
        (" STRASSE ", "straße"),
    ],
)
def test_case_and_spacing_do_not_matter_in_either_language(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


def test_likeness_runs_from_nothing_shared_to_the_same() -> None:
    hello = trigrams("hello")
    assert likeness(hello, hello) == 1
    assert likeness(hello, trigrams("xyz")) == 0
    assert likeness(hello, trigrams("hallo")) < likeness(hello, trigrams("helloo")) < 1


def test_folding_makes_up_for_marks_that_were_left_out() -> None:
    assert fold("Nasılsın, ÇAĞRI?") == fold("nasilsin, cagri?") == "nasilsin, cagri?"
