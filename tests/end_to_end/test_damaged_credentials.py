"""A credential that is damaged is the trouble of its bot alone, and said of it."""

import asyncio
import json
from pathlib import Path

from engine.accounts.accounts import FILE_NAME, Accounts
from engine.accounts.bot_personas import BotPersonas
from engine.accounts.vault import open_vault
from engine.bots.connection.cause import Cause
from engine.bots.connection.state import BotPhase, BotState
from engine.secrets.master_key import MasterKey
from engine.secrets.seal import Seal
from engine.settings import load_settings
from engine.simulator.client import LocalTelegram
from engine.telegram.sessions.file import read_session, write_session
from engine.watch.alert_kinds.bot_refused import BotRefused
from tests.support.engines import all_online, running_engine, until_fleet
from tests.support.waiting import until

_OWN = ("altered", "swapped", "robot", "sealed")


async def test_each_is_named_with_its_trouble_while_the_others_run(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    well, gone = await telegram.add_bot("Well"), await telegram.add_bot("Gone")
    ada = await telegram.add_person("Ada")
    accounts = await _added(telegram, tmp_path)
    async with running_engine(telegram, [], tmp_path) as engine:
        await until_fleet(engine, all_online)
    _damage(accounts, tmp_path)
    await asyncio.to_thread(BotPersonas(tmp_path).choose, str(gone.id), "nobody")
    tokens = f"{well.token} no-token-at-all {gone.token}"
    async with running_engine(telegram, [], tmp_path, BOT_TOKENS=tokens) as engine:
        await until_fleet(engine, lambda bots: all(map(_is_settled, bots)))
        await telegram.write(ada, well, "hello")
        await telegram.wait_for("answered", 1)
        said = {one.name: one.problem or "" for one in engine.snapshot().bots}
        causes = {one.cause for one in engine.snapshot().bots if one.problem}
        await until(
            lambda: BotRefused in {one.kind for one in engine.snapshot().alerts},
            "an alert",
        )
    assert causes == {Cause.FAULT}
    assert said.pop(str(well.id)) == ""
    for name, words in {
        "altered": "altered or comes from elsewhere",
        "swapped": "altered or comes from elsewhere",
        "robot": "The record of robot is damaged",
        "sealed": "sealed with another master key",
        "token-2": "Token 2 of BOT_TOKENS",
        str(gone.id): "There is no persona nobody",
    }.items():
        assert words in said.pop(name)
    assert said == {}


def _is_settled(bot: BotState) -> bool:
    return bot.phase in {BotPhase.ONLINE, BotPhase.REFUSED}


async def _added(telegram: LocalTelegram, directory: Path) -> Accounts:
    settings = load_settings(directory, **telegram.settings([]))
    vault = await asyncio.to_thread(open_vault, directory, settings)
    for name in _OWN:
        bot = await telegram.add_bot(name)
        await asyncio.to_thread(vault.accounts.add_bot, name, bot.token, at=1.0)
    return vault.accounts


def _damage(accounts: Accounts, directory: Path) -> None:
    file = directory / FILE_NAME
    book = json.loads(file.read_text())
    book["swapped"]["credential"] = book["sealed"]["credential"]
    secret = book["altered"]["credential"]
    book["altered"]["credential"] = secret[:40] + secret[40:].swapcase()
    book["robot"]["kind"] = "robot"
    file.write_text(json.dumps(book))
    session = directory / "sessions" / "sealed.session"
    data = read_session(session, 10, accounts._seal)
    write_session(session, data, 1, Seal([MasterKey.generate()]))
