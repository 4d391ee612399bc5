"""Everyday words belong to wider ones."""

import pytest

from engine.replies.memory.categories import categories_of


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("our Hamsters", "pet animal"),
        ("guinea pigs", "pet animal"),
        ("she's knitting", "craft hobby handmade"),
        ("two babies", "child baby"),
        ("which pet", "pet animal"),  # the category's own name
    ],
)
def test_a_word_is_found_in_its_forms_and_a_phrase_as_a_whole(text: str, category: str) -> None:
    assert category in categories_of(text)


def test_each_category_is_named_once() -> None:
    assert len(set(found := categories_of("a cat, two cats and a dog"))) == len(found)


def test_what_is_in_no_list_belongs_to_nothing() -> None:
    assert categories_of("xyzzy, or rather plugh") == ()
    assert categories_of("") == ()
