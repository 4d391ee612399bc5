"""How often what a person once said is among the five memories recalled for their question."""

import asyncio
import tempfile
import time
import tomllib
from pathlib import Path

from engine.clock import SystemClock
from engine.gates import Gates
from engine.replies.encoder import Encoder
from engine.replies.memory.long_term import LongTermMemory
from engine.storage.database import Database
from tests.performance.table import Table

NAME = "recall"
_FIXTURES = Path(__file__).parents[1] / "fixtures" / "recall"
_BOT, _PERSON = "bot", 1


async def _score(language: str, part: str, encoder: Encoder | None) -> tuple[float, float]:
    """Recall@5, and milliseconds a question."""
    told = tomllib.loads((_FIXTURES / f"{language}.toml").read_text())
    questions = [one for one in told["question"] if one["part"] == part]
    clock = SystemClock()
    with tempfile.TemporaryDirectory() as directory:
        database = await Database.open(
            None, Path(directory), clock=clock, on_trouble=lambda _: None
        )
        memory = LongTermMemory(database, clock, Gates(), encoder)
        for text in told["memories"]:
            await memory.notice(_BOT, _PERSON, text)
        await memory.recall(_BOT, _PERSON, "?")  # the model is loaded, the vectors are made
        began, found = time.perf_counter(), 0
        for one in questions:
            recalled = await memory.recall(_BOT, _PERSON, one["text"])
            found += any(told["memories"][place] in recalled for place in one["expects"])
        elapsed = time.perf_counter() - began
        await database.close()
    return found / len(questions), elapsed / len(questions) * 1000


async def _run() -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    encoder = Encoder()
    for name, how in (("words (the default)", None), ("meaning (extra `memory`)", encoder)):
        for language in ("tr", "en"):
            tuning, _ = await _score(language, "tuning", how)
            held_out, milliseconds = await _score(language, "held_out", how)
            rows.append((name, language, f"{tuning:.2f}", f"{held_out:.2f}", f"{milliseconds:.1f}"))
    await encoder.unload()
    return rows


def run() -> Table:
    return Table(
        "Recall@5 of long-term memory",
        ("by", "language", "tuning half", "held-out half", "ms a question"),
        tuple(asyncio.run(_run())),
        "60 memories of one person, 20 questions a half that share hardly a word with what was "
        "said. The questions were fixed before the code; the held-out half had no part in it.",
    )
