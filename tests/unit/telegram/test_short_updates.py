"""A message told in Telegram's short form is read like any other."""

import datetime
import logging
from typing import Any

import pytest
from telethon._updates.entitycache import EntityCache
from telethon._updates.session import SessionState
from telethon.tl import types

from engine.storage.messages.message import ChatKind
from engine.telegram.updates.incoming import incoming_messages
from engine.telegram.updates.message_box import ThoroughMessageBox
from engine.telegram.updates.short_updates import written_out

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
ADA, GROUP = 20, 30


def _direct(**options: Any) -> Any:
    return types.UpdateShortMessage(
        id=7, user_id=ADA, message="hello", pts=11, pts_count=1, date=NOW, **options
    )


def _group() -> Any:
    return types.UpdateShortChatMessage(
        id=7, from_id=ADA, chat_id=GROUP, message="hello", pts=11, pts_count=1, date=NOW
    )


def _through_the_box(update: Any) -> list[Any]:
    box = ThoroughMessageBox(logging.getLogger())
    box.load(SessionState(0, 0, False, 10, 1, int(NOW.timestamp()), 0, None), [])
    told: list[Any] = []
    box.process_updates(update, EntityCache(self_id=1, self_bot=True), told)
    assert box.account_pts == 11
    for one in told:
        one._entities = {}
    return [written_out(one) for one in told]


@pytest.mark.parametrize(
    ("update", "kind", "chat"),
    [(_direct(), ChatKind.DIRECT, ADA), (_group(), ChatKind.GROUP, -GROUP)],
)
async def test_a_short_message_is_taken_in(update: Any, kind: ChatKind, chat: int) -> None:
    (incoming,) = incoming_messages("anna", _through_the_box(update))
    assert (incoming.kind, incoming.chat, incoming.sender) == (kind, chat, ADA)
    assert (incoming.message, incoming.text, incoming.at) == (7, "hello", NOW.timestamp())


async def test_its_own_short_message_is_not() -> None:
    assert not list(incoming_messages("anna", _through_the_box(_direct(out=True))))
