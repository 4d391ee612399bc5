"""Accounts, personas and providers that change by command while an engine runs."""

from engine.bots.connection.cause import Cause
from engine.files.data_lock import hold_data_directory
from engine.simulator.client import LocalTelegram
from tests.support.command_line import CommandLine, command
from tests.support.engines import all_online, running_engine, until_fleet
from tests.support.people_talking import ask
from tests.support.waiting import until

__all__ = ["command"]  # a fixture


async def test_a_running_engine_takes_notice_when_a_bot_is_paused_and_resumed(
    command: CommandLine, telegram: LocalTelegram
) -> None:
    bot = await telegram.add_bot("Ada")
    await command.run("accounts", "add", "support", enter=bot.token + "\n")
    async with running_engine(telegram, [], command.directory) as engine:
        await until_fleet(engine, lambda bots: bool(bots) and all_online(bots))
        assert await command.run("accounts", "pause", "support") == (0, "support is paused.")
        await until_fleet(engine, lambda bots: bots[0].cause is Cause.PAUSED)
        assert "paused" in (await command.run("accounts", "list"))[1]
        assert await command.run("accounts", "resume", "support") == (0, "support may run again.")
        await until_fleet(engine, all_online)
    status, said = await command.run("accounts", "pause", "nobody")
    assert (status, said) == (2, "gavatcore: There is no account called nobody.")


async def test_a_refused_bot_runs_again_and_misses_nothing_once_it_is_logged_in_anew(
    command: CommandLine, telegram: LocalTelegram
) -> None:
    bot, can = await telegram.add_bot("Ada"), await telegram.add_person("Can")
    await command.run("accounts", "add", "support", enter=bot.token + "\n")
    async with running_engine(telegram, [], command.directory) as engine:
        await until_fleet(engine, lambda bots: bool(bots) and all_online(bots))
        await telegram.write(can, bot, "hello")
        await telegram.wait_for("answered", 1)
        bot = await telegram.revoke_token(bot)
        await telegram.drop_connections()
        await until_fleet(engine, lambda bots: bots[0].cause is Cause.REVOKED)
        await telegram.write(can, bot, "are you there?")
        status, said = await command.run("accounts", "login", "support", enter=bot.token + "\n")
        assert status == 0, said
        await telegram.wait_for("answered", 2)
        await until_fleet(engine, all_online)


async def test_bots_added_and_removed_by_command_come_and_go_in_a_running_engine(
    command: CommandLine, telegram: LocalTelegram
) -> None:
    ada, bora = await telegram.add_bot("Ada"), await telegram.add_bot("Bora")
    can = await telegram.add_person("Can")
    taken_up = "The running engine takes this up within seconds."
    async with running_engine(telegram, [], command.directory) as engine:
        with hold_data_directory(command.directory):
            for name, bot in (("support", ada), ("sales", bora)):
                status, said = await command.run("accounts", "add", name, enter=bot.token + "\n")
                assert (status, said.splitlines()[-1]) == (0, taken_up)
            await until_fleet(engine, lambda bots: len(bots) == 2 and all_online(bots))
            for bot in (ada, bora):
                await ask(telegram, can, bot, "hello")
            status, said = await command.run("accounts", "remove", "support")
            assert (status, said.splitlines()[-1]) == (0, taken_up)
            await until_fleet(engine, lambda bots: [bot.name for bot in bots] == ["sales"])
            await telegram.write(can, ada, "are you there?")
            await ask(telegram, can, bora, "and you?")
            # Its name is free again, and the one that comes begins anew.
            await command.run("accounts", "add", "support", enter=ada.token + "\n")
            await until_fleet(engine, lambda bots: len(bots) == 2 and all_online(bots))
            await ask(telegram, can, ada, "back again?")
    assert (await telegram.ledger_summary()).duplicated == 0
    assert (await command.run("accounts", "pause", "support"))[1] == "support is paused."


async def test_a_bot_that_runs_is_given_a_new_token_by_command(
    command: CommandLine, telegram: LocalTelegram
) -> None:
    bot, can = await telegram.add_bot("Ada"), await telegram.add_person("Can")
    await command.run("accounts", "add", "support", enter=bot.token + "\n")
    async with running_engine(telegram, [], command.directory) as engine:
        with hold_data_directory(command.directory):
            await until_fleet(engine, lambda bots: bool(bots) and all_online(bots))
            status, said = await command.run("accounts", "login", "support", enter=bot.token + "\n")
            assert status == 0, said
            assert "paused" not in (await command.run("accounts", "list"))[1]
            await until_fleet(engine, all_online)
            await ask(telegram, can, bot, "hello")


async def test_personas_and_providers_changed_by_command_or_hand_are_heeded_by_a_running_engine(
    command: CommandLine, telegram: LocalTelegram
) -> None:
    bot, can = await telegram.add_bot("Ada"), await telegram.add_person("Can")
    await command.run("accounts", "add", "support", enter=bot.token + "\n")

    async with running_engine(telegram, [], command.directory) as engine:
        await until_fleet(engine, lambda bots: bool(bots) and all_online(bots))

        def persona() -> str:
            return engine._components.speech.conversation._persona("support").title

        def providers() -> list[str]:
            return [one.name for one in engine.snapshot().completions.providers]

        assert providers() == []
        before = persona()
        await command.run("personas", "choose", "support", "cafe_host")
        await until(lambda: persona() != before, "the persona chosen")
        folder = command.directory / "personas"
        folder.mkdir()
        (folder / "broken.toml").write_text("title = ")
        status, said = await command.run("reload")
        assert status == 2
        assert "broken.toml" in said
        await command.run("providers", "add", "groq", enter="gsk_of_the_test_0123456789\n")
        await until(lambda: providers() == ["groq"], "the provider added")
        assert persona() != before  # what cannot be understood changes nothing
        assert "groq" in (await ask(telegram, can, bot, "/start")).lower()
        (folder / "broken.toml").unlink()
        await command.run("personas", "reset", "support")
        await until(lambda: persona() == before, "the persona reset")
        await command.run("providers", "remove", "groq")
        await until(lambda: providers() == [], "the provider removed")
        (command.directory / "personas.json").write_text('{"support": "cafe_host"}')
        assert await command.run("reload") == (0, "The engine goes by what the files say now.")
        assert persona() != before
