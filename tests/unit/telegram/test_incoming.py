"""Who is taken for the author of a message, and in which topic of a forum it stands."""

import datetime
from typing import Any

import pytest
from telethon.tl import types

from engine.storage.messages.message import IncomingMessage
from engine.storage.peer import Peer
from engine.telegram.updates.incoming import incoming_messages

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
ADA, BOT, CHANNEL, GROUP = 20, 30, 1_400_000_001, 1_500_000_001


def _read(**options: Any) -> IncomingMessage:
    fields: dict[str, Any] = {"from_id": types.PeerUser(ADA)}
    fields |= options
    message = types.Message(1, types.PeerChannel(GROUP), date=NOW, message="hello", **fields)
    update = types.UpdateNewChannelMessage(message, 5, 1)
    update._entities = {}
    (incoming,) = incoming_messages("anna", [update])
    return incoming


def test_a_persons_own_words_are_the_persons() -> None:
    incoming = _read()
    assert (incoming.sender, incoming.forwarded_from, incoming.sender_is_bot) == (ADA, None, False)


def test_a_forward_names_who_wrote_it_first() -> None:
    forward = types.MessageFwdHeader(NOW, from_id=types.PeerUser(BOT))
    assert _read(fwd_from=forward).forwarded_from == BOT
    hidden = _read(fwd_from=types.MessageFwdHeader(NOW, from_name="Hidden"))
    assert (hidden.forwarded_from, hidden.of_another) == (None, True)


@pytest.mark.parametrize(
    "options",
    [
        {"via_bot_id": BOT},
        {
            "from_id": types.PeerChannel(CHANNEL),
            "fwd_from": types.MessageFwdHeader(
                NOW, from_id=types.PeerChannel(CHANNEL), channel_post=3, saved_from_msg_id=3
            ),
        },
    ],
)
def test_an_inline_bots_words_and_a_channels_post_in_its_group_are_no_persons(
    options: dict[str, Any],
) -> None:
    assert _read(**options).sender_is_bot


@pytest.mark.parametrize(
    ("reply", "topic"),
    [
        (None, 0),
        (types.MessageReplyHeader(reply_to_msg_id=40), 0),  # General, or no forum
        (types.MessageReplyHeader(forum_topic=True, reply_to_msg_id=17), 17),
        (types.MessageReplyHeader(forum_topic=True, reply_to_msg_id=40, reply_to_top_id=17), 17),
    ],
)
def test_a_message_in_a_forum_is_answered_in_its_topic(reply: Any, topic: int) -> None:
    peer = _read(reply_to=reply).peer
    assert peer.topic == topic
    assert Peer.kept(peer.kept_type, peer.id, peer.access_hash) == peer
