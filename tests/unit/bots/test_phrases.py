"""Bots speak of themselves in Turkish as in English."""

import re

import pytest

from engine.bots import phrases
from engine.language import text_in

PHRASES = {name: text for name, text in vars(phrases).items() if name.isupper()}
_MARKED = re.compile(r"\{\w+\}|(?<!\w)/[a-z]+")


@pytest.mark.parametrize("name", PHRASES)
def test_what_bots_say_has_a_turkish_text_with_the_same_commands_and_gaps(name: str) -> None:
    english = PHRASES[name]
    turkish = text_in("tr", english)
    assert turkish != english, "run script/translations and translate it"
    assert set(_MARKED.findall(turkish)) == set(_MARKED.findall(english))
    assert text_in("en", english) == english
