"""What nobody has signed neither ends a bot's trying nor costs it its login."""

import gzip
import os
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telethon.tl import types
from telethon.tl.core import GzipPacked

from engine.bots.connection import supervisor as account
from engine.bots.connection.cause import Cause
from engine.bots.connection.state import BotState, FleetChanged
from engine.clock import SystemClock
from engine.engine import Engine
from engine.secrets.master_key import MasterKey
from engine.secrets.seal import Seal
from engine.settings import load_settings
from engine.simulator.client import LocalTelegram
from engine.simulator.world.records import LocalBot, LocalPerson
from engine.telegram.client import key_doubt
from engine.telegram.client.client import AccountClient
from engine.telegram.client.observed import Observed
from engine.telegram.client.update_client import Intake
from engine.telegram.faults import ConnectionLostError
from engine.telegram.server import server_from
from engine.telegram.sessions.session import AccountSession
from engine.watch.alert_kinds.internal_error import InternalError
from tests.end_to_end.meddler import Meddler, packet
from tests.support.engines import all_online, running_engine, until_fleet


@pytest.fixture
async def bot(telegram: LocalTelegram) -> LocalBot:
    return await telegram.add_bot("Anna")


@pytest.fixture
async def ada(telegram: LocalTelegram) -> LocalPerson:
    return await telegram.add_person("Ada")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries again at once, and soon doubts its key."""
    monkeypatch.setattr(account, "_FIRST_PAUSE", 0.02)
    monkeypatch.setattr(key_doubt, "_DENIALS", 2)
    monkeypatch.setattr(key_doubt, "_SPAN", 0.0)


@pytest.fixture
async def meddler(telegram: LocalTelegram) -> AsyncIterator[Meddler]:
    async with Meddler.before(telegram.port) as meddler:
        yield meddler


def _say_that_it_may_be_anybody(bots: tuple[BotState, ...]) -> bool:
    return any("a device on the way" in (one.problem or "") for one in bots)


def _note_refusals(engine: Engine) -> list[BotState]:
    refused: list[BotState] = []
    engine.subscribe(
        FleetChanged,
        lambda _: refused.extend(b for b in engine.snapshot().bots if b.cause is Cause.REVOKED),
    )
    return refused


def _code(number: int) -> bytes:
    return packet(struct.pack("<i", number))


async def test_a_while_of_unknown_key_costs_no_bot_its_login(
    telegram: LocalTelegram, bot: LocalBot, ada: LocalPerson, tmp_path: Path
) -> None:
    other = await telegram.add_bot("Bora")
    async with running_engine(telegram, [bot, other], tmp_path) as engine:
        await until_fleet(engine, all_online)
        refused = _note_refusals(engine)
        await telegram.refuse_keys(2.0)
        await until_fleet(engine, _say_that_it_may_be_anybody)
        await until_fleet(engine, all_online)
        for one in (bot, other):
            await telegram.write(ada, one, "still there?")
        await telegram.wait_for("answered", 2)
    assert refused == []
    assert (await telegram.ledger_summary()).logins == 2


async def test_a_bot_whose_key_telegram_has_really_forgotten_logs_in_anew_and_misses_nothing(
    telegram: LocalTelegram, bot: LocalBot, ada: LocalPerson, tmp_path: Path, quick: None
) -> None:
    async with running_engine(telegram, [bot], tmp_path) as engine:
        await until_fleet(engine, all_online)
        await telegram.write(ada, bot, "hello")
        await telegram.wait_for("answered", 1)
        refused = _note_refusals(engine)
        await telegram.forget_keys()
        await telegram.drop_connections()
        await telegram.write(ada, bot, "are you there?")
        await telegram.wait_for("answered", 2)
    assert refused == []
    async with running_engine(telegram, [bot], tmp_path) as engine:
        await until_fleet(engine, all_online)
    summary = await telegram.ledger_summary()
    assert (summary.logins, summary.duplicated) == (2, 0)


_WORDS = (
    _code(-404),
    _code(-429),
    _code(-444),
    packet(os.urandom(200)),
    packet(b"")[:-1] + b"!",  # a wrong checksum
    struct.pack("<ii", 9, 0) + b"x",  # shorter than its own checksum
    struct.pack("<ii", 0x7FFFFFFF, 0),
)


async def test_a_word_in_telegrams_place_is_trouble_of_the_network(
    telegram: LocalTelegram, bot: LocalBot, meddler: Meddler, tmp_path: Path, quick: None
) -> None:
    address = {"TELEGRAM_SERVER": f"127.0.0.1:{meddler.port}"}
    ada = await telegram.add_person("Ada")
    async with running_engine(telegram, [bot], tmp_path, **address) as engine:
        await until_fleet(engine, all_online)
        refused = _note_refusals(engine)
        for count, said in enumerate(_WORDS, 1):
            meddler.inject(said)
            await telegram.write(ada, bot, f"still there, for the {count}th time?")
            await telegram.wait_for("answered", count)
            meddler.hang_up()
        kinds = {alert.kind for alert in engine.snapshot().alerts}
    assert refused == []
    assert InternalError not in kinds
    assert (await telegram.ledger_summary()).logins == 1


def _plain(body: bytes) -> bytes:
    return packet(struct.pack("<qqi", 0, 1, len(body)) + body)


def _res_pq(pq: int) -> bytes:
    size = (pq.bit_length() + 7) // 8 or 1
    return _plain(bytes(types.ResPQ(1, 2, pq.to_bytes(size, "big"), [3])))


def _bomb() -> bytes:
    packed = gzip.compress(bytes(1 << 20))
    head = (
        struct.pack("<I", GzipPacked.CONSTRUCTOR_ID) + b"\xfe" + len(packed).to_bytes(3, "little")
    )
    return _plain(head + packed)


async def test_a_word_in_telegrams_place_before_there_is_a_key_is_trouble_of_the_network(
    telegram: LocalTelegram, bot: LocalBot, meddler: Meddler, tmp_path: Path
) -> None:
    unknown, short, nonce = _plain(b"????"), packet(b"12345678"), _res_pq(0x17ED48941A08F981)
    for said in (_code(-404), _code(-429), unknown, short, nonce, _bomb()):
        meddler.opening = said
        with pytest.raises(ConnectionLostError):
            await _log_in(telegram, meddler, bot, tmp_path)


async def test_a_connection_that_is_cut_at_any_step_of_the_login_is_trouble_of_the_network(
    telegram: LocalTelegram, bot: LocalBot, meddler: Meddler, tmp_path: Path
) -> None:
    for meddler.cut_after in range(6):
        with pytest.raises(ConnectionLostError):
            await _log_in(telegram, meddler, bot, tmp_path)


async def _log_in(
    telegram: LocalTelegram, meddler: Meddler, bot: LocalBot, directory: Path
) -> None:
    async def nothing(*_: object) -> None:
        return None

    settings = telegram.settings([]) | {"TELEGRAM_SERVER": f"127.0.0.1:{meddler.port}"}
    client = AccountClient(
        AccountSession(directory / "bot.session", Seal([MasterKey.generate()])),
        server=server_from(load_settings(directory, **settings)),
        api_id=telegram.api_id,
        api_hash=telegram.api_hash,
        intake=Intake("anna", nothing, nothing, nothing),
        observed=Observed(SystemClock()),
        told=lambda *_: None,
    )
    try:
        await client.log_in(bot.token)
    finally:
        await client.close()
