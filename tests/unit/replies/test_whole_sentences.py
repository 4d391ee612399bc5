"""Texts that were broken off, cut back to where they make sense."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.replies.text.whole_sentences import whole_sentences


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("I like tea. And if you", "I like tea."),
        ("I like tea.", "I like tea."),
        ("Really?! “Yes.” I", "Really?! “Yes.”"),
        ("Nice… Then we", "Nice…"),
        ("Great! 😊🚀 Then we", "Great! 😊🚀"),
        ("It costs 3.5 euros. Or 2.", "It costs 3.5 euros."),
        ("It costs 3.", ""),
        ("Since 1990. Or so they", "Since 1990."),
        ("Dr. Demir e.g. said", ""),
        ("Well, Mr. Brown came. He", "Well, Mr. Brown came."),
        ("Çay severim. Ama 3. gün ben", "Çay severim."),
        ("Elma, armut vb. Alırım. Sonra bkz. şu", "Elma, armut vb. Alırım."),
        ("Olur mu? Olur! Peki ya", "Olur mu? Olur!"),
        ("Prof. Dr. Ayşe Hanım geldi. Sn. Başkan", "Prof. Dr. Ayşe Hanım geldi."),
        ("Three things:\n- tea\n- cof", "Three things:\n- tea"),
        ("Three things:\n- te", ""),
        ("See example.com for", ""),
        ("今日は。そして", "今日は。"),
        ("no end at all", ""),
        ("", ""),
    ],
)
def test_a_broken_text_ends_with_its_last_whole_sentence(broken: str, whole: str) -> None:
    assert whole_sentences(broken) == whole


@given(st.text("abç 1.!?…\n“”", max_size=60))
def test_what_is_left_is_the_beginning_and_is_whole_itself(text: str) -> None:
    left = whole_sentences(text)
    assert text.startswith(left)
    assert whole_sentences(left) == left or left.endswith((".", "”", "“")) or "\n" in text
