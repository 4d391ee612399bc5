"""Without a model, what was told is found by what its words mean and by those it shares."""

import tracemalloc
from collections.abc import Iterator

import pytest

from engine.replies.memory.word_ranking import compare, index, unload
from engine.replies.text.likeness import fold
from tests.support.recall_questions import tuning_questions


@pytest.mark.parametrize(("language", "least"), [("tr", 0.82), ("en", 0.74)])
def test_most_questions_find_what_was_said(language: str, least: float) -> None:
    assert recall(language) >= least


def test_turkish_without_its_marks_is_found_nearly_as_well() -> None:
    assert recall("tr", marks=False) >= 0.78


def recall(language: str, *, marks: bool = True) -> float:
    """How many of the tuning questions have what they expect among the first five."""
    found = []
    for told in tuning_questions(language):
        texts = [index(text if marks else fold(text)) for text in told["memories"]]
        for one in told["question"]:
            common = compare(index(one["text"] if marks else fold(one["text"])), texts)
            first = sorted(range(len(texts)), key=lambda at: common[at].score, reverse=True)[:5]
            found.append(not set(first).isdisjoint(one["expects"]))
    return sum(found) / len(found)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Am I good at any sport?", "I came third in the pole vault."),
        ("What vegetables do I grow?", "My courgettes and radishes were eaten by slugs."),
        ("Hangi dersi seviyorum?", "Geometriye bayılırım."),
        ("Which animals live with us?", "Bahçede iki kaplumbağamız var."),
    ],
)
def test_what_is_in_no_category_is_found_by_its_meaning(question: str, told: str) -> None:
    others = ["I went to bed late.", "Yarın erken kalkacağım.", "My phone rang twice."]
    texts = [*others, told]
    common = compare(index(question), [index(text) for text in texts])
    assert max(zip((one.alike for one in common), texts, strict=True))[1] == told


def test_a_name_is_found_that_has_no_meaning() -> None:
    texts = ["Berkay teaches me.", "Selma teaches me."]
    one, other = compare(index("who is Berkay?"), [index(text) for text in texts])
    assert one.score > other.score


def test_nothing_asked_or_nothing_told_is_no_error() -> None:
    common = compare(index("?"), [index("My cat sleeps."), index("")])
    assert [one.score for one in common] == [0, 0]
    assert compare(index("my cat?"), []) == []


@pytest.fixture
def traced() -> Iterator[None]:
    unload()
    tracemalloc.start()
    yield
    tracemalloc.stop()


@pytest.mark.usefixtures("traced")
def test_unloaded_word_lists_give_their_memory_back_and_are_loaded_again() -> None:
    before = tracemalloc.get_traced_memory()[0]
    first = index("Kedim hasta.")
    loaded = tracemalloc.get_traced_memory()[0] - before
    unload()
    assert tracemalloc.get_traced_memory()[0] - before < loaded / 10
    assert loaded < 20_000_000
    assert index("Kedim hasta.") == first
