"""A new login begins before the first update it was sent."""

import datetime
from typing import Any

import pytest
from telethon.tl import types

from engine.telegram.updates.first_state import first_state

STATE = types.updates.State(10, 3, datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC), 5, 0)


def message(number: int) -> Any:
    return types.Message(number, types.PeerUser(7), message="hi")


def new(pts: int) -> Any:
    return types.UpdateNewMessage(message(pts), pts, 1)


@pytest.mark.parametrize(
    ("pushed", "pts"),
    [
        ([], 10),
        ([types.Updates([new(9), new(10)], [], [], STATE.date, 0)], 8),
        ([types.UpdateShort(new(10), STATE.date)], 9),
        ([types.UpdateShortMessage(1, 7, "hi", 10, 1, STATE.date)], 9),
        ([types.UpdatesTooLong()], 10),
        ([types.UpdateShort(types.UpdateDeleteChannelMessages(4, [1], 2, 1), STATE.date)], 10),
        ([types.UpdateShort(new(11), STATE.date)], 10),
        ([types.UpdateShort(new(1), STATE.date)], 1),
    ],
)
def test_it_begins_before_what_the_account_was_sent_meanwhile(pushed: list[Any], pts: int) -> None:
    begun = first_state(STATE, 2, pushed)
    assert (begun.pts, begun.qts, begun.seq) == (pts, 2, 5)
