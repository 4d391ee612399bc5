"""What an account's updates tell of how Telegram treats it."""

import datetime
import time
from typing import Any

import pytest
from telethon.tl import types

from engine.clock import ServerClock, SystemClock
from engine.telegram.client.observed import Observed
from tests.support.clock import ManualClock

ME, ADA, GROUP = 10, 20, 1_500_000_001


def _message(text: str, *, out: bool = False, age: float = 0.0, fetched: bool = False) -> Any:
    date = datetime.datetime.fromtimestamp(time.time() - age, tz=datetime.UTC)
    message = types.Message(1, types.PeerUser(ADA), date=date, message=text, out=out)
    update = types.UpdateNewMessage(message, pts=5, pts_count=1)
    update._fetched = fetched
    return update


def _group(**options: Any) -> Any:
    return types.Channel(GROUP, "Chess", None, None, megagroup=True, **options)


@pytest.fixture
def observed() -> Observed:
    observed = Observed(SystemClock())
    observed.connected(reads_all=False)
    observed._since -= 3600  # online for an hour
    return observed


def test_what_came_by_itself_is_told_from_what_was_asked_for(observed: Observed) -> None:
    observed.take([_message("a"), _message("b", fetched=True), _message("c", age=60)], [])
    assert (observed.pushed, observed.withheld) == (2, 0)


def test_a_message_fetched_late_was_withheld_unless_it_came_before_the_connection(
    observed: Observed,
) -> None:
    observed.take([_message("a", age=60, fetched=True)], [])
    observed.take([_message("b", age=7200, fetched=True)], [])
    assert observed.withheld == 1


def test_a_clock_that_differs_from_telegrams_withholds_nothing() -> None:
    clock = ServerClock(ManualClock(time.time() + 600.0))
    clock.told(time.time(), 0.0)
    observed = Observed(clock)
    observed.connected(reads_all=False)
    observed._since -= 3600  # online for an hour
    observed.take([_message("a", fetched=True)], [])
    assert observed.withheld == 0


def test_words_in_its_name_that_it_did_not_say_are_foreign(observed: Observed) -> None:
    observed.says(types.InputPeerUser(ADA, 0), " hello \n there ")
    observed.take([_message("hello there", out=True)], [])
    assert observed.foreign_at is None
    observed.take([_message("bye", out=True, fetched=True)], [])
    assert observed.foreign_at is None  # its own, from before a restart
    observed.take([_message("bye", out=True)], [])
    assert observed.foreign_at is not None


def test_privacy_mode_matters_in_groups_where_it_is_no_administrator(observed: Observed) -> None:
    assert not observed.privacy_mode
    observed.take([], [_group()])
    assert observed.privacy_mode
    rights = types.ChatAdminRights(ban_users=True)
    observed.take([], [_group(admin_rights=rights)])
    assert not observed.privacy_mode
    observed.take([], [_group(), types.ChannelForbidden(GROUP, 1, "Chess")])
    assert not observed.privacy_mode
