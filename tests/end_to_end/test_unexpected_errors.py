"""An error that nobody expected costs what it came up in, and never the engine."""

from pathlib import Path
from typing import Any

import pytest
from telethon.tl.functions.messages import SendMessageRequest

from engine.engine import Engine
from engine.simulator.client import LocalTelegram
from engine.telegram.client.client import AccountClient
from engine.watch.alert import AlertFigures
from engine.watch.alert_kinds.internal_error import InternalError
from tests.support.engines import all_online, running_engine, until_fleet
from tests.support.people_talking import ask
from tests.support.waiting import until


def _stands(engine: Engine, kind: type[AlertFigures]) -> bool:
    return any(alert.kind is kind for alert in engine.snapshot().alerts)


async def test_an_unknown_error_of_a_send_stops_nobody_else(
    telegram: LocalTelegram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = await telegram.add_bot("Ada")
    can, deniz = await telegram.add_person("Can"), await telegram.add_person("Deniz")
    ask_telegram = AccountClient._ask
    failed: list[object] = []

    async def failing(client: AccountClient, request: Any, patience: float) -> Any:
        if isinstance(request, SendMessageRequest) and not failed:
            failed.append(request)
            raise ValueError("nobody expected this")
        return await ask_telegram(client, request, patience)

    monkeypatch.setattr(AccountClient, "_ask", failing)
    async with running_engine(telegram, [bot], tmp_path) as engine:
        await until_fleet(engine, all_online)
        await telegram.write(can, bot, "hello")
        await until(lambda: failed, "the error")
        await ask(telegram, deniz, bot, "and me?")
        await until(lambda: _stands(engine, InternalError), "an alert")
    # The next start takes up what had failed.
    async with running_engine(telegram, [bot], tmp_path):
        await telegram.wait_for("answered", 2)
