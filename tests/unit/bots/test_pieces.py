"""A text that is too long is cut in the same places each time, and nothing of it is lost."""

from hypothesis import given
from hypothesis import strategies as st

from engine.bots.messages.pieces import LONGEST, piece_id, pieces


def test_a_text_is_cut_behind_its_paragraphs_sentences_or_words() -> None:
    first, second = "One. " * 500, "two " * 600
    found = pieces(f"{first}\n\n{second}")
    assert found == [first.strip(), second.strip()]


def test_a_text_that_is_not_longer_than_allowed_is_halved() -> None:
    text = "good morning " * 70
    first, second = pieces(text)
    assert f"{first} {second}" == text.strip()
    assert max(len(first), len(second)) <= len(text) // 2 + len("good morning ")
    assert pieces("good morning") == ["good morning"]


@given(st.text(min_size=1, max_size=3 * LONGEST))
def test_no_letter_is_lost_and_no_piece_is_too_long(text: str) -> None:
    found = [piece for piece in pieces(text) if piece]
    assert all(len(piece) <= LONGEST for piece in found)
    assert "".join("".join(found).split()) == "".join(text.split())


def test_pieces_have_ids_of_their_own_that_stay_the_same() -> None:
    assert piece_id(5, 0) == piece_id(5, 0)
    assert len({piece_id(5, 0), piece_id(5, 1), piece_id(6, 0), 5}) == 4
