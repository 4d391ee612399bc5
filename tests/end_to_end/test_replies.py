"""A person agrees, is answered by a model, and by prepared sentences before and in an emergency."""

from pathlib import Path

from engine.commands.emergency_on import EnterEmergency
from engine.simulator.client import LocalTelegram
from engine.simulator.provider.client import LocalProvider
from tests.support.engines import all_online, running_engine, until_fleet
from tests.support.people_talking import ask
from tests.support.waiting import until_next_second

QUESTION = "Which instrument should a beginner learn first?"
OTHER_QUESTION = "How does a guitar keep its tuning in cold weather?"
THIRD_QUESTION = "Why do some violins sound warmer than others?"


def write_provider(directory: Path, provider: LocalProvider) -> None:
    """Have the engine of `directory` ask it."""
    (directory / "providers.toml").write_text(
        '[[provider]]\nname = "Nearby"\nkind = "openai"\nmodel = "m"\nmin_interval = 0.0\n'
        "prompt_price = 1.0\ncompletion_price = 1.0\n"
        f'base_url = "{provider.base_url}"\n'
    )


async def test_a_model_answers_once_a_person_has_agreed_and_never_in_an_emergency(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    bot = await telegram.add_bot("Ada")
    can = await telegram.add_person("Can")
    async with LocalProvider() as provider:
        write_provider(tmp_path, provider)
        async with running_engine(
            telegram, [bot], tmp_path, OPENAI_API_KEY=provider.api_key
        ) as engine:
            await until_fleet(engine, all_online)
            first = await ask(telegram, can, bot, QUESTION)
            assert "Nearby" in first
            assert "/agree" in first
            assert (await provider.ledger()).total == 0

            await ask(telegram, can, bot, "/agree")
            assert "instrument" in await ask(telegram, can, bot, QUESTION)
            assert (await provider.ledger()).total == 1
            assert engine.snapshot().replies.sources["generated"] == 1

            await engine.command(EnterEmergency())
            assert "instrument" not in await ask(telegram, can, bot, QUESTION)
            assert (await provider.ledger()).total == 1


async def test_who_agreed_to_one_bot_is_asked_by_the_next_and_read_by_no_provider_for_it(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    bot, other = await telegram.add_bot("Ada"), await telegram.add_bot("Bora")
    can = await telegram.add_person("Can")
    group = await telegram.add_group("Club", [bot, other, can])
    async with LocalProvider() as provider:
        write_provider(tmp_path, provider)
        async with running_engine(
            telegram, [bot, other], tmp_path, OPENAI_API_KEY=provider.api_key
        ) as engine:
            await until_fleet(engine, all_online)
            await ask(telegram, can, bot, "/agree")
            assert "instrument" in await ask(telegram, can, bot, QUESTION)
            assert (await provider.ledger()).total == 1

            answer = await ask(telegram, can, other, QUESTION)
            assert "/agree" in answer
            assert "instrument" not in answer
            for text in ("And which one is the hardest?", "/decline", OTHER_QUESTION):
                await ask(telegram, can, other, text)
            assert (await provider.ledger()).total == 1
            await ask(telegram, can, bot, OTHER_QUESTION)  # the other bot's /decline is not its own
            assert (await provider.ledger()).total == 2
            assert "Ada ile sohbet" in await ask(telegram, can, other, "/mydata")

            await ask(telegram, can, group, f"/agree@{bot.username}")
            await until_next_second()
            assert "/agree" not in await ask(
                telegram, can, group, f"@{other.username} {THIRD_QUESTION}"
            )
            assert (await provider.ledger()).total == 3


async def test_what_was_written_without_consent_reaches_no_provider_when_it_is_given(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    bot = await telegram.add_bot("Ada")
    can = await telegram.add_person("Can")
    async with LocalProvider() as provider:
        write_provider(tmp_path, provider)

        async def messages_of_prompts() -> list[int]:
            return [call.messages for call in (await provider.ledger()).calls]

        async def ask_all(*texts: str) -> None:
            async with running_engine(
                telegram, [bot], tmp_path, OPENAI_API_KEY=provider.api_key
            ) as engine:
                await until_fleet(engine, all_online)
                for text in texts:
                    await ask(telegram, can, bot, text)

        before = "and what of my old trumpet, is it loud?"
        await ask_all(before, "/agree", "and what of the clarinet, is it loud?")
        assert await messages_of_prompts() == [2]  # the rules, and what is asked
        declined = ("/decline", "and what of my old cello, is it loud?", "/mydata", "/agree")
        await ask_all(*declined, "and what of the tuba, is it loud?")
        assert await messages_of_prompts() == [2, 4]  # and the clarinet with its answer
