"""A difference that holds something unreadable is read up to it, and gone on with behind it."""

import datetime
import logging
import struct
from typing import Any

import pytest
from telethon import errors
from telethon.extensions import BinaryReader
from telethon.tl import types
from telethon.tl.functions.channels import GetMessagesRequest
from telethon.tl.functions.updates import (
    GetChannelDifferenceRequest,
    GetDifferenceRequest,
    GetStateRequest,
)

from engine.telegram.updates.differences import Differences
from engine.telegram.updates.envelopes import UnreadableUpdates, _EnvelopeReader
from engine.telegram.updates.message_box import ThoroughMessageBox
from engine.telegram.updates.partial_difference import UnreadMessage, read_head

NOW = datetime.datetime(2026, 1, 1, 12, 0, tzinfo=datetime.UTC)
GROUP = 1_500_000_001
STATE = types.updates.State(90, 7, NOW, 0, 0)


class _Newer:
    """An object of an unknown layer."""

    def __bytes__(self) -> bytes:
        return struct.pack("<Iii", 0x9BADF00D, 1, 2)

    _bytes = __bytes__


class Server:
    """Answers one request after the other, as bytes that Telethon reads."""

    def __init__(self, *answers: Any) -> None:
        self._answers = list(answers)
        self.asked: list[Any] = []
        self.unread: list[UnreadMessage | None] = []

    async def ask(self, request: Any) -> Any:
        self.asked.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return request.read_result(BinaryReader(bytes(answer)))

    async def set_aside(self, unread: UnreadMessage | None) -> None:
        self.unread.append(unread)

    async def fetch(self, request: Any) -> Any:
        box = ThoroughMessageBox(logging.getLogger())
        return await Differences(self.ask, box, self.set_aside).fetch(request)


def _message(number: int, media: Any = None) -> Any:
    sender = types.PeerUser(5)
    peer = types.PeerChannel(GROUP)
    return types.Message(number, peer, date=NOW, message="hi", from_id=sender, media=media)


def _account() -> Any:
    return GetDifferenceRequest(pts=10, date=NOW, qts=3)


def _channel() -> Any:
    where = types.InputChannel(GROUP, 9)
    return GetChannelDifferenceRequest(where, types.ChannelMessagesFilterEmpty(), 10, 100)


def _numbers(messages: list[Any]) -> list[int]:
    return [message.id for message in messages]


def _difference(*messages: Any, updates: tuple[Any, ...] = ()) -> Any:
    return types.updates.Difference(list(messages), [], list(updates), [], [], STATE)


async def test_what_stands_before_an_unreadable_message_is_passed_on_and_no_pts_beyond_it() -> None:
    answer = _difference(_message(1), _message(2), _message(3, _Newer()), _message(4))
    server = Server(answer, answer)
    found = await server.fetch(_account())
    assert _numbers(found.new_messages) == [1, 2]
    assert found.intermediate_state.pts == 12
    assert server.unread == []
    assert server.asked[1].pts_limit == 2


async def test_an_unreadable_message_that_comes_first_is_set_aside_and_stepped_over() -> None:
    answer = _difference(_message(3, _Newer()), _message(4))
    server = Server(answer, answer, _difference(_message(4)))
    found = await server.fetch(_account())
    assert (found.new_messages, found.intermediate_state.pts) == ([], 11)
    marked = -1_000_000_000_000 - GROUP
    assert server.unread == [UnreadMessage(marked, 3, 5, is_answerable=True, is_direct=False)]


async def test_deleted_messages_before_it_are_stepped_over_in_few_requests() -> None:
    """The unreadable message has pts 75: until then it is told first."""

    class Far(Server):
        async def ask(self, request: Any) -> Any:
            self.asked.append(request)
            answer = _difference(*[_message(3, _Newer())] * (request.pts < 75), _message(4))
            return request.read_result(BinaryReader(bytes(answer)))

    server = Far()
    found = await server.fetch(_account())
    assert found.intermediate_state.pts == 75
    assert len(server.asked) < 20


async def test_a_server_that_has_come_no_further_is_not_asked_beyond() -> None:
    answer = _difference(_message(3, _Newer()))
    server = Server(answer, answer, errors.PersistentTimestampInvalidError(None))
    found = await server.fetch(_account())
    assert found.intermediate_state.pts == 11


async def test_an_unreadable_update_costs_none_of_the_messages_before_it() -> None:
    newer, known = _Newer(), types.UpdateDeleteMessages([1], 14, 2)
    server = Server(_difference(_message(1), updates=(known, newer)))
    found = await server.fetch(_account())
    assert _numbers(found.new_messages) == [1]
    assert found.intermediate_state.pts == 14


async def test_where_nothing_is_left_to_step_over_it_goes_on_from_the_servers_state() -> None:
    answer = _difference(updates=(_Newer(),))
    server = Server(answer, STATE, answer)
    found = await server.fetch(_account())
    assert isinstance(server.asked[1], GetStateRequest)
    assert (found.state.pts, found.state.qts) == (90, 7)
    assert server.unread == [None]


async def test_a_kind_of_difference_nobody_knows_does_not_keep_the_account_behind() -> None:
    server = Server(_Newer(), STATE, _Newer())
    found = await server.fetch(_account())
    assert found.state.pts == 90
    assert server.unread == [None]


async def test_a_supergroup_is_stepped_through_in_the_same_way() -> None:
    answer = types.updates.ChannelDifference(
        12, [_message(3, _Newer()), _message(4)], [], [], [], final=True
    )
    rest = types.updates.ChannelDifference(12, [_message(4)], [], [], [], final=True)
    server = Server(answer, answer, rest)
    found = await server.fetch(_channel())
    assert (found.pts, found.final, found.new_messages) == (11, None, [])
    assert len(server.unread) == 1


async def test_of_a_supergroup_with_too_much_to_tell_the_readable_messages_are_kept() -> None:
    settings = types.PeerNotifySettings()
    dialog = types.Dialog(types.PeerChannel(GROUP), 8, 0, 0, 0, 0, 0, 0, settings, pts=44)
    long = types.updates.ChannelDifferenceTooLong(
        dialog, [_message(8), _message(7, _Newer()), _message(6)], [], [], final=True
    )
    both = types.messages.ChannelMessages(44, 2, [_message(6), _message(7, _Newer())], [], [], [])
    one = types.messages.ChannelMessages(44, 1, [_message(6)], [], [], [])
    other = types.messages.ChannelMessages(44, 1, [_message(7, _Newer())], [], [], [])
    server = Server(long, both, one, other)
    found = await server.fetch(_channel())
    assert (_numbers(found.messages), found.dialog.pts) == ([8, 6], 44)
    assert isinstance(server.asked[1], GetMessagesRequest)
    assert server.unread == [None]


async def test_a_supergroup_of_which_nothing_can_be_read_is_begun_anew() -> None:
    server = Server(_Newer())
    with pytest.raises(errors.ChannelInvalidError):
        await server.fetch(_channel())
    assert server.unread == [None]


@pytest.mark.parametrize("direct", [True, False])
def test_the_head_of_a_message_is_read_as_telethon_writes_it(*, direct: bool) -> None:
    peer = types.PeerUser(6) if direct else types.PeerChat(7)
    whole = types.Message(
        3,
        peer,
        date=NOW,
        message="hi",
        from_id=types.PeerUser(5),
        from_boosts_applied=2,
        from_rank="chief",
        media=types.MessageMediaUnsupported(),
    )
    chat = 6 if direct else -7
    assert read_head(bytes(whole)) == UnreadMessage(chat, 3, 5, True, direct)
    service = types.MessageService(3, peer, date=NOW, action=types.MessageActionPinMessage())
    assert read_head(bytes(service)) == UnreadMessage(chat, 3, chat, False, direct)
    assert read_head(bytes(_Newer())) is None


def _packed(*bodies: bytes) -> bytes:
    parts = [struct.pack("<qii", i, i, len(body)) + body for i, body in enumerate(bodies)]
    return struct.pack("<Ii", 0x73F1F8DC, len(parts)) + b"".join(parts)


def test_one_unreadable_message_of_a_container_costs_none_of_the_others() -> None:
    update = types.UpdateNewChannelMessage(_message(3, _Newer()), 4, 1)
    newer = types.Updates([update], [], [], NOW, 0)
    pong = types.Pong(1, 2)
    read = _EnvelopeReader(_packed(bytes(pong), bytes(newer), bytes(_Newer()), bytes(pong)))
    first, second, third, last = (one.obj for one in read.tgread_object().messages)
    assert (first.ping_id, last.ping_id) == (2, 2)
    assert isinstance(second, UnreadableUpdates)
    assert second.channels == {GROUP}
    assert isinstance(third, UnreadableUpdates)
