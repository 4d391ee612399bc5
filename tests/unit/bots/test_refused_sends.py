"""What Telegram refuses is tried in whatever other form may pass, and nothing leaves twice."""

import msgspec
import pytest
from telethon.errors import rpc_message_to_error
from telethon.tl.types import RpcError

from engine.bots.limits.limits import Limits, Maxima
from engine.bots.skip_reason import SkipReason
from engine.storage.database.database import Database
from engine.storage.messages.message import OutgoingMessage
from engine.storage.peer import Peer
from engine.telegram.faults import translate
from tests.support.clock import ManualClock
from tests.unit.bots.sending import GROUP, Telegram, message, outbox, play


@pytest.fixture
async def limits(database: Database, clock: ManualClock) -> Limits:
    return await Limits.load(database, Maxima(), clock)


def _refused(name: str, code: int = 400) -> Exception:
    return translate(rpc_message_to_error(RpcError(code, name), None))


async def _try(
    limits: Limits, clock: ManualClock, planned: OutgoingMessage, *faults: Exception
) -> tuple[object, list[tuple[Peer, str, int | None, int, bool]]]:
    """How the sending of a message ended that meets these refusals, and what was tried."""
    telegram = Telegram(clock, *faults)
    (ended,) = await play(clock, outbox(telegram, limits, clock).send(planned))
    return ended, telegram.tried


def _planned(clock: ManualClock, text: str = "hello", **peer: int) -> OutgoingMessage:
    return msgspec.structs.replace(
        message(clock, text, GROUP), peer=Peer("channel", 100, **peer), reply_to=9
    )


async def test_an_answer_to_a_message_that_was_deleted_is_sent_without_the_quote(
    limits: Limits, clock: ManualClock
) -> None:
    planned = _planned(clock)
    ended, tried = await _try(limits, clock, planned, _refused("REPLY_MESSAGE_ID_INVALID"))
    assert ended is None
    assert [(reply_to, random_id) for _, _, reply_to, random_id, _ in tried] == [
        (9, planned.random_id),
        (None, planned.random_id),
    ]


async def test_in_a_forum_it_stays_in_its_topic_and_goes_to_general_if_that_is_gone(
    limits: Limits, clock: ManualClock
) -> None:
    refusals = _refused("REPLY_MESSAGE_ID_INVALID"), _refused("TOPIC_DELETED", 406)
    ended, tried = await _try(limits, clock, _planned(clock, topic=17), *refusals)
    assert ended is None
    places = [(peer.topic, reply_to) for peer, _, reply_to, *_ in tried]
    assert places == [(17, 9), (17, None), (0, None)]


async def test_a_chat_is_named_in_every_way_before_it_counts_as_gone(
    limits: Limits, clock: ManualClock
) -> None:
    planned = _planned(clock, access_hash=5)
    gone = [_refused("CHANNEL_INVALID") for _ in range(3)]
    ended, tried = await _try(limits, clock, planned, *gone)
    assert ended is SkipReason.UNDELIVERABLE
    assert [peer.access_hash for peer, *_ in tried] == [5, 77, 0]


async def test_a_text_that_is_too_long_is_sent_in_pieces(
    limits: Limits, clock: ManualClock
) -> None:
    planned = _planned(clock, "one. two. " * 500)
    ended, tried = await _try(limits, clock, planned, _refused("MESSAGE_TOO_LONG"))
    assert ended is None
    _, *parts = tried
    assert " ".join(text for _, text, *_ in parts) == planned.text.strip()
    assert [reply_to for _, _, reply_to, *_ in parts] == [9, None]
    ids = [random_id for _, _, _, random_id, _ in tried]
    assert len(set(ids)) == len(ids)
    # Killed and begun again, the same pieces leave under the same ids.
    _, again = await _try(limits, clock, planned, _refused("MESSAGE_TOO_LONG"))
    assert again == tried


async def test_where_links_may_not_be_shown_the_text_is_sent_without_a_preview(
    limits: Limits, clock: ManualClock
) -> None:
    refusal = _refused("CHAT_SEND_WEBPAGE_FORBIDDEN", 403)
    ended, tried = await _try(limits, clock, _planned(clock), refusal)
    assert ended is None
    assert [preview for *_, preview in tried] == [True, False]


async def test_an_answer_that_nothing_helps_is_tried_once(
    limits: Limits, clock: ManualClock
) -> None:
    for name in ("TOPIC_CLOSED", "MESSAGE_EMPTY", "USER_IS_BLOCKED", "CHAT_WRITE_FORBIDDEN"):
        ended, tried = await _try(limits, clock, _planned(clock), _refused(name))
        assert (ended, len(tried)) == (SkipReason.UNDELIVERABLE, 1)
