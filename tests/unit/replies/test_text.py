"""Texts that read the same compare the same."""

import pytest

from engine.replies.text import is_turkish, likeness, normalise, trigrams


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


@pytest.mark.parametrize("text", ["Nasılsın?", "naber", "evet tamam", "çok iyi"])
def test_turkish_is_recognised(text: str) -> None:
    assert is_turkish(text)


@pytest.mark.parametrize("text", ["How are you?", "hi", "the bus is late", ""])
def test_english_is_not_taken_for_turkish(text: str) -> None:
    assert not is_turkish(text)
