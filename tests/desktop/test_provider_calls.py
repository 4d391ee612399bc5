"""Calls to providers run in Qt's loop as in any other."""

import asyncio
from pathlib import Path

import pytest

from desktop.event_loop.loop import QtLoop
from engine.replies.providers.failure import Failure
from engine.simulator.provider.client import LocalProvider
from engine.simulator.provider.rules import Behaviour, BehaviourRule
from tests.support.servers.encrypted_provider import ask, encrypted, self_signed
from tests.support.servers.gateways import complete, gateway, provider


def test_a_provider_answers_fails_and_is_left_in_qts_loop(loop: QtLoop, tmp_path: Path) -> None:
    async def call() -> None:
        async with LocalProvider() as local:
            await local.add_rule(BehaviourRule(behaviour=Behaviour.DROP, times=1))
            await local.add_rule(BehaviourRule(behaviour=Behaviour.HANG, times=1, skip=1))
            providers = [provider("one", local, retry_delay=0.01, retries=1)]
            async with gateway(tmp_path, providers, local) as opened:
                assert "bicycles" in (await complete(opened)).text
                assert opened.stats().providers[0].failures == {Failure.CONNECTION: 1}
                hanging = asyncio.create_task(complete(opened))
                await local.wait_for_calls(begun=3)
                hanging.cancel()
                await local.wait_for_calls(begun=3, ended=3)

    loop.run_until_complete(call())


def test_an_encrypted_connection_runs_in_qts_loop(
    loop: QtLoop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    async def call() -> str:
        async with encrypted(certificate, key) as url:
            return await ask(tmp_path, url)

    assert loop.run_until_complete(call()) == "Hello."
