"""How a message says what it answers, and in which topic."""

import pytest

from engine.telegram.client.client import _reply_to


@pytest.mark.parametrize(
    ("message", "topic", "said"),
    [(9, None, (9, None)), (9, 17, (9, 17)), (None, 17, (17, None)), (17, 17, (17, None))],
)
def test_a_reply_names_its_topic_so_that_it_stays_there(
    message: int | None, topic: int | None, said: tuple[int, int | None]
) -> None:
    reply = _reply_to(message, topic)
    assert (reply.reply_to_msg_id, reply.top_msg_id) == said


def test_what_answers_nothing_in_no_topic_says_nothing() -> None:
    assert _reply_to(None, None) is None
