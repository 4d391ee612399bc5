"""Where people spoke lately, and what bots said unasked: found by the time in the rows' ids."""

from engine.storage.database.database import Database
from engine.storage.people.consents import Purpose
from tests.support.clock import ManualClock
from tests.unit.storage.test_shared_history import BASIC, SUPERGROUP, Group


async def test_it_tells_where_people_spoke_lately(database: Database, clock: ManualClock) -> None:
    supergroup, basic = Group(database, SUPERGROUP), Group(database, BASIC)
    began = clock.now()
    await supergroup.got("anna", 1, "hello")
    clock.advance(100)
    await basic.got("anna", 1, "hello")
    await supergroup.got("bora", 2, "buy!", is_bot=True)
    assert set(await supergroup.history.heard_since(began + 50)) == {BASIC}
    before = await supergroup.history.heard_since(began)
    assert set(before) == {BASIC, SUPERGROUP}
    clock.advance(1)
    await basic.got("anna", 2, "once more")
    after = await supergroup.history.heard_since(began)
    assert after[BASIC] > before[BASIC]
    assert after[SUPERGROUP] == before[SUPERGROUP]


async def test_it_counts_what_bots_said_unasked(database: Database, clock: ManualClock) -> None:
    group = Group(database, SUPERGROUP)
    await group.said("anna", "an older remark", Purpose.TALK)
    clock.advance(100)
    said_at = group.now
    await group.said("anna", "a remark", Purpose.TALK)
    await group.said("anna", "news", Purpose.ANNOUNCEMENTS)
    await group.said("anna", "an answer")
    assert list(await group.history.remarks_since(clock.now() - 50)) == [("anna", said_at)]
    assert len(await group.history.remarks_since(clock.now() - 150)) == 2
