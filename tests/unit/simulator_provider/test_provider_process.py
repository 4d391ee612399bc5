"""The local provider's process: what it shows, and when it ends."""

import asyncio
import subprocess
import sys

import psutil
import pytest

from engine.errors import SimulatorError
from engine.simulator.provider import client
from engine.simulator.provider.client import LocalProvider
from engine.simulator.provider.rules import Behaviour, BehaviourRule
from tests.support.servers.provider_caller import question, send

_PARENT = """
import asyncio, os, psutil, signal
from engine.simulator.provider.client import LocalProvider
provider = LocalProvider()
asyncio.run(provider.start())
print(psutil.Process().children()[0].pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def process_of(provider: LocalProvider) -> psutil.Process:
    assert provider._process is not None
    return psutil.Process(provider._process.pid)


async def test_it_ends_when_its_parent_is_killed() -> None:
    parent = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, check=False
    )
    try:
        orphan = psutil.Process(int(parent.stdout))
    except psutil.NoSuchProcess:
        return  # it ended before it could be looked at
    await asyncio.to_thread(orphan.wait, 60)


async def test_it_stops_at_once_with_a_call_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_STOP_TIMEOUT", 60.0)
    provider = LocalProvider()
    await provider.start()
    await provider.add_rule(BehaviourRule(behaviour=Behaviour.HANG))
    reader, writer = await send(provider, question())
    await provider.wait_for_calls(begun=1)
    process = process_of(provider)
    async with asyncio.timeout(30):  # it is killed after 60
        await provider.stop()
    assert not process.is_running()
    assert b"choices" not in await reader.read()
    writer.close()
    with pytest.raises(SimulatorError, match="does not run"):
        await provider.calls()


async def test_its_secrets_are_not_in_the_process_list() -> None:
    async with LocalProvider() as provider:
        process = process_of(provider)
        assert provider.api_key not in " ".join(process.cmdline())


async def test_a_provider_that_died_is_reported() -> None:
    async with LocalProvider() as provider:
        process = process_of(provider)
        process.kill()
        with pytest.raises(SimulatorError, match="does not answer"):
            await provider.calls()
