"""An engine killed in the middle of a round of announcements makes each of them once."""

import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from engine.simulator.client import LocalTelegram
from engine.storage.database.schema import OutgoingState
from engine.storage.locations.by_url import FILE_NAME
from engine.telegram.client.rights import peer_of
from tests.support.engine_lives import EngineLives, Order
from tests.support.kill_points import ANNOUNCEMENT_POINTS
from tests.support.soundness import opened_beside, unsound
from tests.support.waiting import until_answered

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL and fork")

GROUPS = 9


@pytest.mark.parametrize("point", ANNOUNCEMENT_POINTS)
async def test_a_round_goes_on_after_every_kill_and_no_chat_hears_it_twice(
    tmp_path: Path, point: str
) -> None:
    data = tmp_path / "data"
    async with (
        await LocalTelegram.start(tmp_path / "telegram") as telegram,
        EngineLives(tmp_path / "errors.log") as lives,
    ):
        anna, ada = await telegram.add_bot("Anna"), await telegram.add_person("Ada")
        groups = [
            await telegram.add_group(f"Group {number}", [ada, anna], supergroup=bool(number % 2))
            for number in range(GROUPS)
        ]
        settings = telegram.settings([anna])
        life = await lives.start(Order(data, settings, point))
        assert await life.all_online(1)
        assert await life.signal(signal.SIGTERM) == 0
        _subscribe(data, str(anna.id), [group.id for group in groups])
        for passages in (1, 2, 1, 2):
            life = await lives.start(Order(data, settings, point, passages))
            assert await life.ended == -signal.SIGKILL
            assert life.reached
            assert unsound(data) == []
        life = await lives.start(Order(data, settings, point))

        async def heard() -> list[int] | None:
            said = [one.chat for one in await telegram.messages(sender=anna.id)]
            return said if len(said) >= GROUPS and not _unsent(data) else None

        said = await until_answered(heard, "the whole round")
        assert await life.signal(signal.SIGTERM) == 0
        assert sorted(said) == sorted(group.id for group in groups)
        assert (await telegram.ledger_summary()).duplicated == 0
    assert (tmp_path / "errors.log").read_text() == ""


def _subscribe(data: Path, account: str, chats: list[int]) -> None:
    """As administrators would have done; a round is due."""
    with closing(sqlite3.connect(data / FILE_NAME)) as database, database:
        for number, chat in enumerate(chats):
            peer = peer_of(chat)
            database.execute(
                "insert into subscriptions (id, account, chat, purpose, title, peer_type, peer_id,"
                " peer_hash, given_by, given_at, confirmed_at)"
                " values (?, ?, ?, 'announcements', '', ?, ?, 0, 42, 0, 0)",
                (number, account, chat, peer.type, peer.id),
            )
        database.execute("insert into announcement_rounds values (?, null, 0)", (account,))


def _unsent(data: Path) -> bool:
    with opened_beside(data / FILE_NAME) as database:
        states = database.execute("select distinct state from outgoing").fetchall()
    return (OutgoingState.SENT.value,) != tuple(state for (state,) in states)
