"""Announcements from an administrator's wish to its end, on a local Telegram."""

import itertools
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from engine.bots import phrases
from engine.bots.limits import announcement_spacing
from engine.bots.limits.announcement_spacing import Spacing
from engine.bots.unasked import poll
from engine.engine import Engine
from engine.language import text_in
from engine.replies.text.language_detection import is_turkish
from engine.settings import Preset
from engine.simulator.client import LocalTelegram
from engine.simulator.world.records import LocalBot, LocalGroup
from engine.storage.people.consents import Purpose
from engine.storage.people.subscriptions import Subscription
from tests.support.engines import all_online, running_engine, until_fleet
from tests.support.people_talking import ask, said_unasked
from tests.support.waiting import until_answered


@pytest.fixture(autouse=True)
def _seconds_instead_of_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    spacing = Spacing(0.5, 1.0, 0.1, 0.2)
    monkeypatch.setitem(announcement_spacing._SPACINGS, Preset.NORMAL, spacing)
    monkeypatch.setattr(poll, "INTERVAL", 0.05)


async def until_said(
    telegram: LocalTelegram, bot: LocalBot, group: LocalGroup, more: int = 1
) -> None:
    """Wait until the bot has made `more` announcements in the group."""
    before = len(await said_unasked(telegram, bot, group))

    async def enough() -> bool:
        return len(await said_unasked(telegram, bot, group)) >= before + more

    await until_answered(enough, "an announcement")


async def until_ended(engine: Engine, bot: LocalBot, group: LocalGroup) -> Subscription:
    async def find() -> Subscription | None:
        find_last = engine.services.subscriptions.find
        found = await find_last(str(bot.id), group.id, Purpose.ANNOUNCEMENTS)
        return found if found and found.ended_at else None

    return await until_answered(find, "the subscription's end")


async def test_a_group_hears_announcements_from_its_administrators_wish_to_their_next(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    anna = await telegram.add_bot("Anna")
    ada, can = await telegram.add_person("Ada"), await telegram.add_person("Can")
    wanting = await telegram.add_group("Wanting", [ada, anna])
    other = await telegram.add_group("Other", [can, anna])
    async with running_engine(telegram, [anna], tmp_path) as engine:
        await until_fleet(engine, all_online)
        await telegram.write(can, anna, "hello")
        await ask(telegram, ada, wanting, "/subscribe")
        await until_said(telegram, anna, wanting, 3)
        assert engine.snapshot().announcements.subscribed == 1
        await ask(telegram, ada, wanting, "/unsubscribe")
        count = len(await said_unasked(telegram, anna, wanting))
        await ask(telegram, can, other, "/subscribe")
        await until_said(telegram, anna, other, 2)
        assert len(await said_unasked(telegram, anna, wanting)) == count
        assert engine.snapshot().announcements.sent >= count + 2
    texts = [one.text for one in await said_unasked(telegram, anna, wanting)]
    assert is_turkish(texts[0])  # as the administrator's Telegram
    assert all(before != after for before, after in itertools.pairwise(texts))
    everything = await telegram.messages(sender=anna.id)
    assert all(one.reply_to for one in everything if one.chat > 0)  # nobody hears any in private


Act = Callable[[LocalTelegram, LocalGroup, LocalBot], Awaitable[None]]
WAYS: dict[str, tuple[bool, Act, set[str | None]]] = {
    "removed": (True, lambda t, g, b: t.remove(g, b), {"removed"}),
    "removed from a basic group": (False, lambda t, g, b: t.remove(g, b), {"removed"}),
    "silenced": (True, lambda t, g, b: t.restrict(g, b), {"silenced", "refused"}),
    "the group is for administrators alone": (True, lambda t, g, b: t.mute_group(g), {"refused"}),
}


@pytest.mark.parametrize("way", WAYS)
async def test_a_bot_that_may_not_speak_any_more_stops_at_once_and_says_why(
    telegram: LocalTelegram, tmp_path: Path, way: str
) -> None:
    supergroup, act, reasons = WAYS[way]
    anna = await telegram.add_bot("Anna")
    ada = await telegram.add_person("Ada")
    group = await telegram.add_group("Club", [ada, anna], supergroup=supergroup)
    other = await telegram.add_group("Other", [ada, anna])
    async with running_engine(telegram, [anna], tmp_path) as engine:
        await until_fleet(engine, all_online)
        for one in (group, other):
            await ask(telegram, ada, one, "/subscribe")
        await until_said(telegram, anna, group)
        await act(telegram, group, anna)
        ended = await until_ended(engine, anna, group)
        assert ended.reason in reasons
        count = len(await said_unasked(telegram, anna, group))
        await until_said(telegram, anna, other, 2)  # goes on
        assert len(await said_unasked(telegram, anna, group)) == count


async def test_a_removal_while_the_engine_was_off_is_noticed_before_anything_is_said(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    anna = await telegram.add_bot("Anna")
    ada = await telegram.add_person("Ada")
    group = await telegram.add_group("Club", [ada, anna], supergroup=False)
    async with running_engine(telegram, [anna], tmp_path) as engine:
        await until_fleet(engine, all_online)
        await ask(telegram, ada, group, "/subscribe")
    count = len(await said_unasked(telegram, anna, group))
    await telegram.remove(group, anna)
    async with running_engine(telegram, [anna], tmp_path) as engine:
        assert (await until_ended(engine, anna, group)).reason in {"removed", "refused"}
    assert len(await said_unasked(telegram, anna, group)) == count


async def test_what_is_taken_back_just_before_a_group_moves_stays_so_in_the_new_one(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    anna = await telegram.add_bot("Anna", privacy=False)
    ada, can = await telegram.add_person("Ada"), await telegram.add_person("Can")
    group = await telegram.add_group("Club", [ada, can, anna], supergroup=False)
    async with running_engine(telegram, [anna], tmp_path) as engine:
        await until_fleet(engine, all_online)
        await ask(telegram, ada, group, "/subscribe talk")
        await ask(telegram, can, group, "/agree")
    await telegram.write(can, group, "/decline")
    await telegram.write(ada, group, "/unsubscribe talk")
    grown = await telegram.migrate(group)
    async with running_engine(telegram, [anna], tmp_path) as engine:
        await until_said(telegram, anna, grown, 2)
        services, account = engine.services, str(anna.id)
        assert not await services.subscriptions.is_active(account, grown.id, Purpose.TALK)
        assert not await services.policy.allows(can.id, account, grown.id, Purpose.LLM)


@pytest.mark.parametrize("off", [False, True], ids=["while it runs", "while it is off"])
async def test_a_group_that_becomes_a_supergroup_keeps_what_it_decided(
    telegram: LocalTelegram, tmp_path: Path, *, off: bool
) -> None:
    anna = await telegram.add_bot("Anna", privacy=False)
    ada, can = await telegram.add_person("Ada"), await telegram.add_person("Can")
    group = await telegram.add_group("Club", [ada, can, anna], supergroup=False)
    async with running_engine(telegram, [anna], tmp_path) as engine:
        await until_fleet(engine, all_online)
        await ask(telegram, ada, group, "/subscribe")
        await ask(telegram, ada, group, "/subscribe talk")
        await ask(telegram, can, group, "/agree")
        await until_said(telegram, anna, group)
        if not off:
            grown = await telegram.migrate(group)
            await until_said(telegram, anna, grown, 2)
    if off:
        grown = await telegram.migrate(group)
    async with running_engine(telegram, [anna], tmp_path) as engine:
        await until_said(telegram, anna, grown)
        services, account = engine.services, str(anna.id)
        for purpose in (Purpose.ANNOUNCEMENTS, Purpose.TALK):
            assert await services.subscriptions.is_active(account, grown.id, purpose)
            assert not await services.subscriptions.is_active(account, group.id, purpose)
        assert await services.policy.allows(can.id, account, grown.id, Purpose.LLM)
        assert not await services.policy.allows(can.id, account, group.id, Purpose.LLM)
        assert await ask(telegram, ada, grown, "/unsubscribe") == text_in(
            "tr", phrases.UNSUBSCRIBED
        )
