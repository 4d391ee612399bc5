"""A person agrees, is answered by a model, and by prepared sentences before and in an emergency."""

from pathlib import Path

from engine.simulator.client import LocalTelegram
from engine.simulator.provider.client import LocalProvider
from tests.end_to_end.conftest import all_online, running_engine, until_fleet
from tests.end_to_end.talking import ask

QUESTION = "Which instrument should a beginner learn first?"


async def test_a_model_answers_once_a_person_has_agreed_and_never_in_an_emergency(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    bot = await telegram.add_bot("Ada")
    can = await telegram.add_person("Can")
    async with LocalProvider() as provider:
        (tmp_path / "providers.toml").write_text(
            '[[provider]]\nname = "Nearby"\nkind = "openai"\nmodel = "m"\nmin_interval = 0.0\n'
            "prompt_price = 1.0\ncompletion_price = 1.0\n"
            f'base_url = "{provider.base_url}"\n'
        )
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

            engine.enter_emergency()
            assert "instrument" not in await ask(telegram, can, bot, QUESTION)
            assert (await provider.ledger()).total == 1
