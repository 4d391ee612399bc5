"""Providers change under calls that are under way."""

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest

from engine.assembly.completions import Completions
from engine.replies.completion import NoCompletionError, Refusal
from engine.replies.providers.stats import CompletionStats
from engine.secrets.master_key import MasterKey
from engine.secrets.seal import Seal
from engine.secrets.store import SecretStore
from engine.settings import load_settings


class Gateway:
    """Answers with its number when it is let; stopped, it ends its calls."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.may_answer = asyncio.Event()
        self.ended = False

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        self.ended = True
        self.may_answer.set()

    def stats(self) -> CompletionStats:
        return CompletionStats()

    async def complete(self, *_: object) -> int:
        await self.may_answer.wait()
        if self.ended:
            raise NoCompletionError(Refusal.GATE_CLOSED)
        return self.number


async def test_a_call_under_way_when_a_key_changes_is_made_again_with_the_new_one(
    tmp_path: Path,
) -> None:
    secrets = SecretStore(tmp_path, Seal((MasterKey.generate(),)))
    made: list[Gateway] = []

    async def make() -> Any:
        made.append(Gateway(len(made)))
        return made[-1]

    completions = Completions(load_settings(tmp_path), secrets, make)
    await completions.start()
    asked: Any = cast("Any", None)
    calling = asyncio.create_task(completions.complete(asked, asked, asked))
    await asyncio.sleep(0)
    secrets.set("telegram_api_id", "12345")
    await completions.renew()
    assert len(made) == 1  # no provider's
    secrets.set("provider/groq", "gsk_first_0123456789")
    await completions.renew()
    secrets.set("provider/groq", "gsk_second_0123456789")
    await completions.renew()
    assert [gateway.ended for gateway in made] == [True, True, False]
    made[2].may_answer.set()
    assert await cast("Any", calling) == 2
    await completions.stop()
    with pytest.raises(NoCompletionError):
        await completions.complete(asked, asked, asked)
