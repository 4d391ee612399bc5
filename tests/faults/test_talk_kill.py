"""An engine killed while a bot joins in a conversation says each remark once."""

import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from engine.simulator.client import LocalTelegram
from engine.simulator.provider.client import LocalProvider
from engine.storage.database.schema import OutgoingState
from engine.storage.locations.by_url import FILE_NAME
from engine.telegram.client.rights import peer_of
from tests.end_to_end.test_talk import settings
from tests.support.engine_lives import EngineLives, Order
from tests.support.kill_points import TALK_POINTS
from tests.support.soundness import opened_beside, unsound
from tests.support.waiting import until_answered

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL and fork")


@pytest.mark.parametrize("point", TALK_POINTS)
async def test_a_remark_that_was_planned_is_said_once(tmp_path: Path, point: str) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    async with (
        await LocalTelegram.start(tmp_path / "telegram") as telegram,
        LocalProvider() as provider,
        EngineLives(tmp_path / "errors.log") as lives,
    ):
        bots = [await telegram.add_bot(name, privacy=False) for name in ("Anna", "Bora")]
        ada = await telegram.add_person("Ada")
        group = await telegram.add_group("Garden", [ada, *bots])
        given = {**telegram.settings(bots), **settings(provider, data)}
        life = await lives.start(Order(data, given, point))
        assert await life.all_online(2)
        assert await life.signal(signal.SIGTERM) == 0
        _subscribe(data, [str(bot.id) for bot in bots], group.id, ada.id)
        asked = await telegram.write(ada, group, "when do you water tomatoes?")
        life = await lives.start(Order(data, given, point, 1))
        assert await life.ended == -signal.SIGKILL
        assert life.reached
        assert unsound(data) == []
        life = await lives.start(Order(data, given, point))

        async def said() -> int | None:
            arrived = [one for one in await telegram.messages(since=asked.uid) if one.text]
            return len(arrived) if len(arrived) > 1 and _sent(data) == len(arrived) else None

        await until_answered(said, "remarks of both bots")
        assert await life.signal(signal.SIGTERM) == 0
        arrived = await telegram.messages(since=asked.uid)
        assert sum(one.reply_to == asked.uid for one in arrived) == 1
        assert len({one.text for one in arrived}) == len(arrived)
        assert _sent(data) == len(arrived)
    assert (tmp_path / "errors.log").read_text() == ""


def _subscribe(data: Path, accounts: list[str], chat: int, person: int) -> None:
    """As an administrator who agrees would have done."""
    peer, now = peer_of(chat), time.time()
    with closing(sqlite3.connect(data / FILE_NAME)) as database, database:
        for number, account in enumerate(accounts):
            database.execute(
                "insert into subscriptions (id, account, chat, purpose, title, peer_type, peer_id,"
                " peer_hash, given_by, given_at, confirmed_at)"
                " values (?, ?, ?, 'talk', '', ?, ?, 0, ?, ?, ?)",
                (number, account, chat, peer.type, peer.id, person, now, now),
            )
        database.execute(
            "insert into consents (person, chat, account, purpose, given_at)"
            " values (?, ?, '', 'llm', ?)",
            (person, chat, now - 60.0),
        )


def _sent(data: Path) -> int:
    """How many messages are known to have arrived; -1 while one is under way."""
    with opened_beside(data / FILE_NAME) as database:
        states = [state for (state,) in database.execute("select state from outgoing")]
    if OutgoingState.PLANNED.value in states:
        return -1
    return states.count(OutgoingState.SENT.value)
