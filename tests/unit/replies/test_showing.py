"""What a provider's answer is cleaned of, and what it keeps."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.replies.text.showing import clean, shows


@pytest.mark.parametrize(
    "text",
    [
        "Merhaba, nasılsın? Çok iyi – “peki”.",
        "Family 👨‍👩‍👧‍👦, coder 👩🏽‍💻, heart ❤️‍🔥, flags 🇹🇷 🏳️‍🌈 🏴󠁧󠁢󠁳󠁣󠁴󠁿, text ☎︎",
        "می‌خواهم क्‍ष",
        "Line\n\n- one\n\t- two",
        "e\u0301 ạ̈ שָׁלוֹם กำลัง",
    ],
)
def test_what_is_written_by_people_stays(text: str) -> None:
    assert clean(text) == text
    assert shows(text)


@pytest.mark.parametrize(
    ("given_", "cleaned"),
    [
        ("a\u202egnp.exe\u202c", "agnp.exe"),
        ("a\u2066b\u2069\u200e\u200f\u061c", "ab"),
        ("\u0000a\u0007\u001b[31mb\u009f\u007f", "a[31mb"),
        ("a\u200bb\ufeffc\u00add\u2060e", "abcde"),
        ("a\u200db \u200d", "ab"),
        ("a\r\nb\u2028c\u2029d\x0be", "a\nb\nc\nd\ne"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("\U000e0041\U000e0042a", "a"),
        ("h" + "\u0335" * 40 + "i", "h" + "\u0335" * 4 + "i"),
        ("a\u3164\u2800b", "ab"),
        ("\ue000a\uffff", "a"),
        ("\ud83d\ude00 and \ud83d", "😀 and \ufffd"),
    ],
)
def test_what_steers_a_screen_or_shows_nothing_goes(given_: str, cleaned: str) -> None:
    assert clean(given_) == cleaned


@pytest.mark.parametrize(
    "nothing",
    ["", " \n", "\u200b", "\u3164", "\u2800\u2800", "\ufe0f", "\u200d\u2060", "\u00ad", "\u0301"],
)
def test_a_text_that_shows_nothing_is_empty(nothing: str) -> None:
    assert not shows(clean(nothing))


@given(st.text(st.characters(), max_size=50))
def test_a_cleaned_text_is_sendable_and_clean(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert clean(cleaned) == cleaned
    assert not any(
        unicodedata.category(letter) == "Cc" and letter not in "\n\t" for letter in cleaned
    )
