"""How far updates count as read, so that a crash misses none."""

import asyncio
import datetime
import logging
from typing import Any

from telethon._updates.entitycache import EntityCache
from telethon._updates.messagebox import ENTRY_ACCOUNT, PrematureEndReason
from telethon._updates.session import ChannelState, SessionState
from telethon.tl import types

from engine.telegram.updates.message_box import ThoroughMessageBox

SAVED = datetime.datetime(2026, 1, 1, 12, 0, tzinfo=datetime.UTC)
NOW = SAVED + datetime.timedelta(minutes=10)
GROUP = 1_500_000_001


def _box(*channels: ChannelState) -> ThoroughMessageBox:
    """Of an account that was last up to date at SAVED."""
    box = ThoroughMessageBox(logging.getLogger())
    box.load(SessionState(0, 0, False, 10, 1, int(SAVED.timestamp()), 0, None), list(channels))
    return box


def _hashes() -> EntityCache:
    hashes = EntityCache(self_id=1, self_bot=True)
    hashes.extend([], [_group()])
    return hashes


def _group() -> Any:
    photo = types.ChatPhotoEmpty()
    return types.Channel(GROUP, "Chess", photo, SAVED, megagroup=True, access_hash=7)


def _tell_of_group(box: ThoroughMessageBox, hashes: EntityCache) -> None:
    """Telegram says that something happened in the group, when asked for the difference."""
    box.try_begin_get_diff(ENTRY_ACCOUNT, "the account was offline")
    state = types.updates.State(12, 1, NOW, 0, 0)
    told = types.UpdateChannelTooLong(GROUP, 5)
    box.apply_difference(types.updates.Difference([], [], [told], [_group()], [], state), hashes)


def _message(number: int, date: datetime.datetime) -> Any:
    return types.Message(number, types.PeerChannel(GROUP), date=date, message="hello")


def _numbers(updates: list[Any]) -> list[int]:
    return [one.message.id for one in updates if isinstance(one, types.UpdateNewChannelMessage)]


def _difference(*messages: Any) -> Any:
    return types.updates.ChannelDifference(5, list(messages), [], [], [], final=True)


async def test_a_supergroup_it_never_saved_is_read_from_its_start() -> None:
    box, hashes = _box(), _hashes()
    _tell_of_group(box, hashes)
    request = box.get_channel_difference(hashes)
    assert request is not None
    assert request.pts == 1


async def test_a_message_that_comes_before_the_difference_does_not_hide_what_was_missed() -> None:
    box, hashes = _box(), _hashes()
    box.try_begin_get_diff(ENTRY_ACCOUNT, "the account was offline")
    assert _pushed(box, hashes, 5) == []
    assert box.session_state()[0]["date"] == SAVED
    _tell_of_group(box, hashes)
    request = box.get_channel_difference(hashes)
    assert request is not None
    assert request.pts == 1
    missed = [_message(number, NOW) for number in (4, 5)]
    updates, _, _ = box.apply_channel_difference(request, _difference(*missed), hashes)
    assert _numbers(updates) == [4, 5]
    assert _pushed(box, hashes, 6) == [6]


async def test_a_supergroup_unheard_of_is_begun_where_it_first_speaks() -> None:
    box, hashes = _box(), _hashes()
    state = types.updates.State(12, 1, NOW, 0, 0)
    box.try_begin_get_diff(ENTRY_ACCOUNT, "the account was offline")
    box.apply_difference(types.updates.Difference([], [], [], [], [], state), hashes)
    assert _pushed(box, hashes, 5) == [5]
    assert box.get_channel_difference(hashes) is None


def _pushed(box: ThoroughMessageBox, hashes: EntityCache, number: int) -> list[int]:
    """What of a message that Telegram sends by itself is passed on."""
    update = types.UpdateNewChannelMessage(_message(number, NOW), pts=number, pts_count=1)
    passed: list[Any] = []
    box.process_updates(types.Updates([update], [], [_group()], NOW, 0), hashes, passed)
    return _numbers(passed)


async def test_what_came_there_before_the_account_was_last_up_to_date_is_left_out() -> None:
    box, hashes = _box(), _hashes()
    _tell_of_group(box, hashes)
    old, new = _message(1, SAVED - datetime.timedelta(minutes=5)), _message(2, NOW)
    request = box.get_channel_difference(hashes)
    updates, _, _ = box.apply_channel_difference(request, _difference(old, new), hashes)
    assert _numbers(updates) == [2]


async def test_the_saved_date_stands_still_while_a_supergroup_is_being_fetched() -> None:
    box, hashes = _box(ChannelState(GROUP, 3)), _hashes()
    _tell_of_group(box, hashes)
    assert box.session_state()[0]["date"] == SAVED
    request = box.get_channel_difference(hashes)
    box.apply_channel_difference(request, _difference(_message(1, NOW)), hashes)
    account, channels = box.session_state()
    assert account["date"] == NOW
    assert channels == {GROUP: 5}


async def test_of_a_supergroup_with_too_much_to_tell_the_newest_messages_are_kept() -> None:
    box, hashes = _box(ChannelState(GROUP, 3)), _hashes()
    _tell_of_group(box, hashes)
    request = box.get_channel_difference(hashes)
    dialog = types.Dialog(
        types.PeerChannel(GROUP), 9, 0, 0, 0, 0, 0, 0, types.PeerNotifySettings(), pts=900
    )
    too_long = types.updates.ChannelDifferenceTooLong(
        dialog, [_message(9, NOW)], [_group()], [], final=True
    )
    updates, _, _ = box.apply_channel_difference(request, too_long, hashes)
    assert _numbers(updates) == [9]


async def test_a_difference_is_asked_for_from_the_same_date_until_it_is_all_there() -> None:
    box, hashes = _box(), _hashes()
    box.try_begin_get_diff(ENTRY_ACCOUNT, "the account was offline")
    state = types.updates.State(11, 1, SAVED, 0, 0)
    box.apply_difference(types.updates.DifferenceSlice([], [], [], [], [], state), hashes)
    said = types.Updates([types.UpdateMessageID(5, 6)], [], [], NOW, 0)
    box.process_updates(said, hashes, [])  # the account itself, meanwhile
    assert box.get_difference().date == SAVED


async def test_a_supergroup_that_could_not_be_fetched_is_asked_for_again_within_seconds() -> None:
    box, hashes = _box(ChannelState(GROUP, 3)), _hashes()
    _tell_of_group(box, hashes)
    request = box.get_channel_difference(hashes)
    box.end_channel_difference(request, PrematureEndReason.TEMPORARY_SERVER_ISSUES, hashes)
    now = asyncio.get_running_loop().time()
    assert box.session_state()[0]["date"] == SAVED  # or the next process would never hear of it
    assert box.check_deadlines() - now < 20
    assert _pushed(box, hashes, 4) == [4]  # puts nothing off
    assert box.check_deadlines() - now < 20
    _tell_of_group(box, hashes)
    box.apply_channel_difference(request, _difference(), hashes)
    assert box.session_state()[0]["date"] == NOW
    assert box.check_deadlines() - now > 600


async def test_an_account_that_could_not_be_fetched_is_asked_for_again_within_seconds() -> None:
    box, hashes = _box(), _hashes()
    box.try_begin_get_diff(ENTRY_ACCOUNT, "the account was offline")
    box.end_difference()
    now = asyncio.get_running_loop().time()
    assert box.check_deadlines() - now < 20
    _tell_of_group(box, hashes)
    request = box.get_channel_difference(hashes)
    box.apply_channel_difference(request, _difference(), hashes)
    assert box.check_deadlines() - now > 600


async def test_a_difference_that_must_be_whole_is_taken_for_it_without_saying_so() -> None:
    box, hashes = _box(ChannelState(GROUP, 3)), _hashes()
    _tell_of_group(box, hashes)
    request = box.get_channel_difference(hashes)
    box.apply_channel_difference(request, types.updates.ChannelDifferenceEmpty(5), hashes)
    assert box.get_channel_difference(hashes) is None
