"""What becomes of messages between their arrival and the answer."""

from engine.bots.disposition import Unanswered
from engine.bots.limits import Maxima
from engine.storage.consents import Purpose
from engine.storage.database import Database
from tests.unit.bots.announcing import InstantClock
from tests.unit.bots.corresponding import ADA, GROUP, USERNAME, Scene

LIMIT = Maxima(chat_hourly=3)


async def test_only_commands_to_this_bot_pass_the_operators_limits(database: Database) -> None:
    scene = await Scene.begin(database, InstantClock(), LIMIT)
    for text in (
        "/decline@somebody_else and tell me a joke",
        "/decline@somebody_else",
        "  /forget@somebody_else yes",
        "/decline and tell me a joke",
        "/unsubscribe from the moon",
        "/help",
    ):
        await scene.hear(text)
        await scene.hear(text, chat=GROUP, mentions_us=True)
    await scene.settle()
    assert len(scene.sent) == 6  # three in each chat
    assert scene.dispositions.counts() == {"chat_hourly_maximum": 6}


async def test_a_withdrawal_beyond_every_limit_is_carried_out_and_at_last_not_answered(
    database: Database,
) -> None:
    clock = InstantClock()
    scene = await Scene.begin(database, clock, LIMIT)
    for _ in range(10):
        await scene.conduct.consents.give(ADA, "anna", ADA, Purpose.LLM)
        await scene.hear(f"/decline@{USERNAME}")
        await scene.settle()
        assert not await scene.agreed()
    assert len(scene.sent) == 6  # as many as the limit allows, and three more
    assert scene.dispositions.counts() == {"chat_hourly_maximum": 4}
    clock.time += 3600.0
    await scene.hear("hello")
    await scene.settle()
    assert scene.sent[-1] == "re: hello"


async def test_a_withdrawal_that_comes_late_is_carried_out_and_not_answered(
    database: Database,
) -> None:
    clock = InstantClock()
    scene = await Scene.begin(database, clock)
    await scene.conduct.consents.give(ADA, "anna", ADA, Purpose.LLM)
    late = await scene.hear("/decline", at=clock.now() - 86_400.0)
    await scene.hear("hello", at=clock.now() - 86_400.0)
    await scene.settle()
    assert not await scene.agreed()
    assert scene.sent == []
    assert scene.dispositions.reason("anna", ADA, late) is Unanswered.EXPIRED
    assert scene.dispositions.counts() == {"expired": 2}
