"""The demo shows the product at work: people agree, and are answered by a model and the cache."""

import asyncio
from pathlib import Path

import pytest

from engine.bots.connection.state import FleetChanged
from engine.demo.demo import Demo
from engine.demo.run_report import MessageCounts
from engine.engine import Engine
from engine.errors import SettingsError
from engine.replies.stats import Source
from engine.settings import load_settings
from tests.support.engines import all_online, until_fleet
from tests.support.waiting import until

OWN = {Source.GENERATED, Source.SMALL_TALK, Source.STATIC}


async def test_people_are_answered_by_a_model_and_by_the_cache_and_it_adds_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "GROQ_API_KEY", "GEMINI_API_KEY"):
        monkeypatch.setenv(name, "the-operators-own")
    monkeypatch.setenv("DATABASE_URL", "postgresql://operator@127.0.0.1:9/real")
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:9/0")
    async with Demo(tmp_path, bots=8, rate=400) as demo:
        engine = Engine(load_settings(tmp_path, **demo.settings()))
        online = asyncio.Event()
        engine.subscribe(
            FleetChanged, lambda fleet: online.set() if fleet.online == fleet.total == 8 else None
        )
        await engine.start()
        try:
            async with asyncio.timeout(20):
                await online.wait()
            await demo.begin()

            def is_lively() -> bool:
                snapshot = engine.snapshot()
                figures, asked = snapshot.replies, (snapshot.announcements, snapshot.talk)
                is_answered = {*figures.sources} >= OWN and figures.cache_hits > 0
                return is_answered and (asked[0].subscribed, asked[1].groups) == (1, 1)

            await until(is_lively, "answers of every kind, and groups that asked for more", 30)
            await demo.settle()
            messages, snapshot = await demo.messages(engine), engine.snapshot()
        finally:
            await engine.stop()
    assert not (tmp_path / "providers.toml").exists()
    assert messages.lost == messages.duplicated == 0
    unanswered = sum(messages.unanswered_by_reason.values())
    assert messages.received == messages.answered + unanswered
    (provider,) = snapshot.completions.providers
    assert (provider.name, dict(provider.failures)) == ("local", {})
    assert snapshot.completions.cost_today > 0
    assert snapshot.replies.faults == {}


async def test_a_second_demo_on_the_same_directory_knows_what_the_first_left_unanswered(
    tmp_path: Path,
) -> None:
    first = await one_run(tmp_path, writing=True)
    second = await one_run(tmp_path, writing=False)
    assert first.lost == second.lost == 0
    assert sum(first.unanswered_by_reason.values()) > 0
    assert second.unanswered_by_reason == first.unanswered_by_reason


async def one_run(directory: Path, *, writing: bool) -> MessageCounts:
    """What became of all messages at the end of a run, in which people write or do not."""
    async with Demo(directory, bots=4, rate=600) as demo:
        engine = Engine(load_settings(directory, **demo.settings()))
        await engine.start()
        try:
            await until_fleet(engine, all_online)
            if writing:
                await demo.begin()
                await until(lambda: len(engine.snapshot().unanswered) > 0, "some left", 30)
            await demo.settle()
            return await demo.messages(engine)
        finally:
            await engine.stop()


async def test_a_demo_keeps_away_from_providers_of_somebodys_own(tmp_path: Path) -> None:
    own = tmp_path / "providers.toml"
    own.write_text('[[provider]]\nname = "mine"\nkind = "openai"\n', "utf-8")
    with pytest.raises(SettingsError, match="A demo needs a data directory of its own"):
        async with Demo(tmp_path, bots=1):
            pass
    assert "mine" in own.read_text("utf-8")
