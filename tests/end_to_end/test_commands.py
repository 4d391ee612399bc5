"""Commands, from a person's message to the bot's answer, on a local Telegram."""

import asyncio
from pathlib import Path

import pytest

from engine.bots import phrases
from engine.bots.consent.kept_for import kept_for
from engine.language import text_in
from engine.simulator.client import LocalTelegram
from engine.storage.locations.by_url import FILE_NAME
from engine.storage.messages.messages import Messages
from engine.storage.people.consents import Purpose
from tests.support.engines import all_online, running_engine, until_fleet
from tests.support.people_talking import ask
from tests.support.soundness import opened_copy


def turkish(phrase: str) -> str:
    """As people of the local Telegram are spoken to."""
    return text_in("tr", phrase)


def forgotten() -> str:
    """What is said to who had all deleted, with the days that are the default."""
    return turkish(phrases.FORGOTTEN).format(**kept_for(90))


async def test_a_bot_says_that_it_is_one_and_what_it_keeps(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    anna = await telegram.add_bot("Anna")
    ada = await telegram.add_person("Ada")
    async with running_engine(telegram, [anna], tmp_path, RETENTION_DAYS=30) as engine:
        await until_fleet(engine, all_online)
        start = await ask(telegram, ada, anna, "/start")
        assert start == turkish(phrases.START).format(name="Anna")
        assert "otomatik bir botum" in start
        assert await ask(telegram, ada, anna, "/help") == turkish(phrases.HELP)
        privacy = await ask(telegram, ada, anna, f"/privacy@{anna.username}")
        assert "30 gün" in privacy
        assert turkish(phrases.PRIVACY_STATIC) in privacy
    (tmp_path / "providers.toml").write_text(
        '[[provider]]\nname = "Groq"\nkind = "compatible"\nmodel = "m"\n'
        'base_url = "http://127.0.0.1:9/v1"\n',
        "utf-8",
    )
    async with running_engine(telegram, [anna], tmp_path) as engine:
        await until_fleet(engine, all_online)
        assert "Groq" in await ask(telegram, ada, anna, "/start")
        assert turkish(phrases.PRIVACY_NOT_AGREED).format(providers="Groq") in await ask(
            telegram, ada, anna, "/privacy"
        )


async def test_consent_is_given_and_taken_back_for_one_chat(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    anna = await telegram.add_bot("Anna")
    ada = await telegram.add_person("Ada")
    async with running_engine(telegram, [anna], tmp_path) as engine:
        await until_fleet(engine, all_online)
        allows = engine.services.policy.allows
        assert not await allows(ada.id, str(anna.id), ada.id, Purpose.LLM)
        await ask(telegram, ada, anna, "/agree")
        assert await allows(ada.id, str(anna.id), ada.id, Purpose.LLM)
        assert not await allows(ada.id, str(anna.id), -1, Purpose.LLM)
        assert await ask(telegram, ada, anna, "/decline") == turkish(phrases.DECLINED)
        assert not await allows(ada.id, str(anna.id), ada.id, Purpose.LLM)
        await ask(telegram, ada, anna, "/agree")
    async with running_engine(telegram, [anna], tmp_path) as engine:
        assert await engine.services.policy.allows(ada.id, str(anna.id), ada.id, Purpose.LLM)


async def test_a_person_sees_what_all_bots_have_of_them(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    anna, bora = await telegram.add_bot("Anna"), await telegram.add_bot("Bora")
    ada, can = await telegram.add_person("Ada"), await telegram.add_person("Can")
    group = await telegram.add_group("Club", [anna, ada, can])
    async with running_engine(telegram, [anna, bora], tmp_path) as engine:
        await until_fleet(engine, all_online)
        await ask(telegram, ada, anna, "my cat is called Tekir")
        await ask(telegram, ada, bora, "and my dog Karabaş")
        await ask(telegram, can, anna, "a secret of Can's")
        mine = await ask(telegram, ada, anna, "/mydata")
        assert "Tekir" in mine
        assert "Bora: and my dog Karabaş" in mine
        assert "secret" not in mine
        asked = f"/mydata@{anna.username}"
        assert await ask(telegram, ada, group, asked) == turkish(phrases.WRITE_TO_ME)


async def test_what_is_forgotten_is_gone_from_every_page_and_told_again_is_not_answered_again(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    anna, bora = await telegram.add_bot("Anna"), await telegram.add_bot("Bora")
    ada, can = await telegram.add_person("Ada"), await telegram.add_person("Can")
    async with running_engine(telegram, [anna, bora], tmp_path) as engine:
        await until_fleet(engine, all_online)
        for bot in (anna, bora):
            await ask(telegram, ada, bot, "my cat is called Tekir")
        await ask(telegram, can, anna, "Can stays")
        await ask(telegram, ada, anna, "/agree")
        assert "/forget evet" in await ask(telegram, ada, anna, "/forget")
        assert await ask(telegram, ada, anna, "/forget yes") == forgotten()
        assert await ask(telegram, ada, anna, "/mydata") == turkish(phrases.MYDATA_NONE)
        assert not await engine.services.policy.allows(ada.id, str(anna.id), ada.id, Purpose.LLM)
    with opened_copy(tmp_path / FILE_NAME) as database:
        messages = database.execute("select sender, text, state from incoming order by id")
        tombstones = [row for row in messages if row[0] == 0]
        assert len(tombstones) == 5
        assert {(text, state) for _, text, state in tombstones} == {("", 2)}
        answers = database.execute(
            "select text from outgoing where incoming in (select id from incoming where sender = 0)"
        ).fetchall()
        assert {text for (text,) in answers} == {"", forgotten()}
        ((actor, action, detail),) = database.execute("select actor, action, detail from audit")
        assert (actor, action, detail) == ("person", "forget", '{"messages": 4}')
        assert database.execute("select count(*) from consents").fetchone() == (0,)
        kept = database.execute("select text from incoming where sender = ?", (can.id,))
        assert kept.fetchall() == [("Can stays",)]
    with opened_copy(tmp_path / "sessions" / f"{bora.id}.session") as session:
        met = session.execute("select name, username from entities where id = ?", (ada.id,))
        assert met.fetchall() == [(None, None)]
    (tmp_path / "sessions" / f"{anna.id}.session").unlink()  # so that Telegram tells all again
    before = len(await telegram.messages(sender=anna.id))
    async with running_engine(telegram, [anna], tmp_path) as engine:
        await until_fleet(engine, all_online)
        await ask(telegram, can, anna, "hello again")
    assert len(await telegram.messages(sender=anna.id)) == before + 1
    assert (await telegram.ledger_summary()).duplicated == 0


async def test_who_asks_to_be_forgotten_hears_so_although_the_engine_died_before_it_said_so(
    telegram: LocalTelegram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = await telegram.add_bot("Anna")
    ada = await telegram.add_person("Ada")
    erased = asyncio.Event()

    async def never_planned(*_: object) -> None:
        erased.set()
        await asyncio.get_running_loop().create_future()

    async with running_engine(telegram, [anna], tmp_path) as engine:
        await until_fleet(engine, all_online)
        await ask(telegram, ada, anna, "my cat is called Tekir")
        with monkeypatch.context() as patched:
            patched.setattr(Messages, "plan", never_planned)
            await telegram.write(ada, anna, "/forget yes")
            await erased.wait()
            await engine.stop()
    async with running_engine(telegram, [anna], tmp_path):
        await telegram.wait_for("answered", 2)
    answers = await telegram.messages(sender=anna.id)
    assert answers[-1].text in {phrases.FORGOTTEN.format(**kept_for(90)), forgotten()}


async def test_only_administrators_decide_for_a_group_and_telegram_is_asked_each_time(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    anna = await telegram.add_bot("Anna")
    ada, can = await telegram.add_person("Ada"), await telegram.add_person("Can")
    for supergroup in (True, False):
        group = await telegram.add_group("Club", [ada, can, anna], supergroup=supergroup)
        directory = tmp_path / str(supergroup)
        directory.mkdir()
        async with running_engine(telegram, [anna], directory) as engine:
            await until_fleet(engine, all_online)
            subscriptions = engine.services.subscriptions

            async def is_on(purpose: Purpose = Purpose.ANNOUNCEMENTS) -> bool:
                return await subscriptions.is_active(str(anna.id), group.id, purpose)  # noqa: B023 - used at once

            refusal = turkish(phrases.ONLY_ADMINISTRATORS)
            assert await ask(telegram, can, group, "/subscribe") == refusal
            assert not await is_on()
            assert await ask(telegram, ada, group, "/subscribe") != refusal
            assert await is_on()
            assert await ask(telegram, can, group, "/unsubscribe") == refusal
            assert await is_on()
            await telegram.promote(group, can)
            assert await ask(telegram, can, group, "/unsubscribe") == turkish(phrases.UNSUBSCRIBED)
            assert not await is_on()
            await telegram.demote(group, can)
            assert await ask(telegram, can, group, "/subscribe") == refusal
            assert not await is_on()
            talk = await ask(telegram, ada, group, "/subscribe talk")
            assert talk == turkish(phrases.SUBSCRIBED_TALK)
            assert await is_on(Purpose.TALK)
            assert not await is_on()
            assert await ask(telegram, ada, anna, "/subscribe") == turkish(phrases.ONLY_IN_GROUPS)


async def test_a_limit_silences_no_withdrawal(telegram: LocalTelegram, tmp_path: Path) -> None:
    anna = await telegram.add_bot("Anna")
    ada = await telegram.add_person("Ada")
    async with running_engine(telegram, [anna], tmp_path, CHAT_HOURLY_MAXIMUM=1) as engine:
        await until_fleet(engine, all_online)
        await ask(telegram, ada, anna, "/agree")
        assert await ask(telegram, ada, anna, "/decline") == turkish(phrases.DECLINED)
