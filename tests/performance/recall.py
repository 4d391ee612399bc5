"""How often what a person once said is among the five memories recalled for their question."""

import asyncio
import tempfile
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.clock import SystemClock
from engine.gates import Gates
from engine.replies.memory.encoder import Encoder
from engine.replies.memory.long_term import LongTermMemory
from engine.storage.opening import open_database
from engine.storage.people.agreement import Agreement, Moment, Span, Wrote
from tests.performance.table import Table

NAME = "recall"
_FIXTURES = Path(__file__).parents[1] / "fixtures" / "recall"
_LANGUAGES = ("tr", "en")
_SETS = (
    ("{}.toml", "tuning_{}.toml"),  # the code was made with them
    ("final_{}.toml",),  # fixed before the tuning, with no part in it
    ("held_out_{}.toml",),  # likewise, and they ask further round the corner
    ("people_{}.toml",),  # as people ask: half share a word with what was said
)
_BOT, _PERSON = "bot", 1


@dataclass(frozen=True, slots=True)
class _Score:
    found: int = 0
    asked: int = 0
    seconds: float = 0.0

    def __add__(self, other: "_Score") -> "_Score":
        return _Score(
            self.found + other.found, self.asked + other.asked, self.seconds + other.seconds
        )

    @property
    def recall(self) -> str:
        return f"{self.found / self.asked:.2f}"

    @property
    def milliseconds(self) -> str:
        """A question."""
        return f"{self.seconds / self.asked * 1000:.1f}"


async def _score(path: Path, encoder: Encoder | None) -> _Score:
    """All questions of a file, which holds one person or several."""
    told = tomllib.loads(path.read_text("utf-8"))
    score = _Score()
    for person in told.get("person", [told]):
        score += await _score_person(person, encoder)
    return score


async def _everything(_person: int, _bot: str, chat: int) -> Agreement:
    return Agreement(chat, (Span(Moment(-1.0)),))


async def _score_person(told: dict[str, Any], encoder: Encoder | None) -> _Score:
    clock = SystemClock()
    with tempfile.TemporaryDirectory() as directory:
        database = await open_database(
            None, Path(directory), clock=clock, on_trouble=lambda _: None
        )
        memory = LongTermMemory(database, clock, Gates(), _everything, encoder)
        for text in told["memories"]:
            await memory.notice(_BOT, _PERSON, Wrote(_PERSON, 0.0), text)
        await memory.recall(_BOT, _PERSON, "?")  # the model is loaded, the vectors are made
        began, found = time.perf_counter(), 0
        for one in told["question"]:
            recalled = await memory.recall(_BOT, _PERSON, one["text"])
            found += any(told["memories"][place] in recalled for place in one["expects"])
        elapsed = time.perf_counter() - began
        await database.close()
    return _Score(found, len(told["question"]), elapsed)


async def _scores(names: Sequence[str]) -> dict[tuple[str, str], _Score]:
    """By way and language."""
    encoder = Encoder()
    scores = {}
    for way, how in (("words (the default)", None), ("meaning (extra `memory`)", encoder)):
        for language in _LANGUAGES:
            scores[way, language] = _Score()
            for name in names:
                scores[way, language] += await _score(_FIXTURES / name.format(language), how)
    await encoder.unload()
    return scores


def run() -> Table:
    known, unknown, hard, people = (asyncio.run(_scores(names)) for names in _SETS)
    return Table(
        "Recall@5 of long-term memory",
        (
            "by",
            "language",
            "tuning",
            "held out",
            "held out, harder",
            "twelve people",
            "ms a question",
        ),
        tuple(
            (
                *key,
                known[key].recall,
                unknown[key].recall,
                hard[key].recall,
                people[key].recall,
                known[key].milliseconds,
            )
            for key in known
        ),
        "Two people with 60 memories and 40 questions each for tuning, one for each set held out, "
        "in each language. Questions share hardly a word with what was said. The sets held out "
        "were fixed before the tuning and had no part in it. The twelve people said 27 things and "
        "asked 10 questions each, half of which share a word with what was said; they were written "
        "after the tuning, by somebody who had not seen the product, and scored once.",
    )
