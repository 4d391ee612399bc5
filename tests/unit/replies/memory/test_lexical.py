"""Words find what was told in other words of the same kind, and in other forms."""

import pytest

from engine.replies.memory.lexical import rank, terms_of
from engine.replies.memory.reading import read


def terms(text: str) -> frozenset[str]:
    return terms_of(read(text))


def best(question: str, texts: list[str]) -> str:
    scores = rank(terms(question), [terms(text) for text in texts])
    return max(zip(scores, texts, strict=True))[1]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("which instrument do I play?", "I practise the cello after work."),
        ("do I have a pet?", "Our hamster escaped again."),
        ("hangi çalgıyı çalıyorum?", "Akşamları keman kursuna gidiyorum."),
        ("evcil hayvanım var mı?", "Tavşanımız yine kaçtı."),
        ("ne hastaligim var?", "Küçüklükten beri astım hastasıyım."),
    ],
)
def test_a_wider_word_finds_a_narrower_one(question: str, told: str) -> None:
    others = ["Yarın erken kalkacağım.", "I get up early on Fridays.", "Dün gece hiç uyumadım."]
    assert best(question, [*others, told]) == told


def test_a_question_in_one_language_finds_what_was_told_in_the_other() -> None:
    told = "Kız kardeşim haziranda evleniyor."
    assert best("whose wedding is in June?", ["Kedim süt içmiyor.", told]) == told


def test_a_slip_of_the_finger_does_not_hide_a_name() -> None:
    told = "Berkay teaches me the violin."
    assert best("who is Bercay?", ["Selma sells me bread.", told]) == told


def test_what_shares_nothing_scores_nothing() -> None:
    assert rank(terms("xyzzy?"), [terms("My cat sleeps.")]) == [0.0]


def test_nothing_asked_or_nothing_told_is_no_error() -> None:
    assert rank(terms("?"), [terms("My cat sleeps."), terms("")]) == [0.0, 0.0]
    assert rank(terms("my cat?"), []) == []
