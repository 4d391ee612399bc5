"""A day of a fleet in moved time: how its messages were answered, what that took, who waited."""

import asyncio
import tempfile
import time
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from sqlalchemy import select

from engine.cache.stats import CacheStats
from engine.replies.memory.encoder import Encoder
from engine.replies.providers.stats import CompletionStats
from engine.replies.stats import ReplyStats, Source
from engine.storage.database.schema import OutgoingState, incoming, outgoing
from engine.storage.people.consents import Purpose
from tests.performance.day_fleet import DayFleet, day_fleet
from tests.performance.day_people import Kind, Mix, People, Scale
from tests.performance.day_provider import MeteredProvider, reached_without_network
from tests.performance.day_time import MIDNIGHT, MovedLoop, storing_at_once
from tests.performance.table import Table

NAME = "day"
SETTLING = 400.0  # s after the last message

_LAST = 50  # answers of a chat within which none should come again
_MANY = 20  # answers from which a chat's share of repeats says something


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer that was sent."""

    chat: tuple[str, int]
    text: str
    to_command: bool
    wait: float  # s


@dataclass(frozen=True, slots=True)
class Repeats:
    """The share of answers that were among the last ones of their chat, word for word."""

    of_all: float
    mean: float  # over chats with many answers
    most: float  # of one of those
    chats: int


@dataclass(frozen=True, slots=True)
class Day:
    """What a day came to."""

    written: Counter[Kind]
    answers: tuple[Answered, ...]
    announcements: int
    remarks: int
    replies: ReplyStats
    completions: CompletionStats
    caches: tuple[CacheStats, ...]
    requests: int
    refused: int  # with 429
    refused_unlimited: int  # had every call left when it was wished for
    budget: float
    agreed: frozenset[int]  # people
    left: dict[str, int]
    reported: tuple[BaseException, ...]
    took: float  # s

    @property
    def said(self) -> int:
        """All messages of the bots."""
        return len(self.answers) + self.announcements + self.remarks

    @property
    def spoken(self) -> list[Answered]:
        """Answers to what was no command."""
        return [one for one in self.answers if not one.to_command]


def live(people: People) -> Day:
    """The day of these people, or a part of one."""
    provider = MeteredProvider(people.scale.per_minute, seed=0)
    with (
        tempfile.TemporaryDirectory(dir=_fast_disk()) as directory,
        reached_without_network(provider),
        storing_at_once(),
        mock.patch.object(Encoder, "is_installed", return_value=False),
        asyncio.Runner(loop_factory=MovedLoop) as runner,
    ):
        return runner.run(_live(Path(directory), people, provider))


def _fast_disk() -> str | None:
    """Where storing costs little: how fast the disk is changes nothing of a day's figures."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() else None


async def _live(directory: Path, people: People, provider: MeteredProvider) -> Day:
    began = time.monotonic()
    loop = asyncio.get_running_loop()
    assert isinstance(loop, MovedLoop)
    async with day_fleet(directory, people.scale) as fleet:
        await fleet.remember_consents(people.people)
        loop.without_threads = True
        start = MovedLoop.FIRST
        for number, one in enumerate(people.written, 1):
            await asyncio.sleep(start + one.at - loop.time())
            await fleet.hear(number, one)
        left = min(start + people.scale.seconds, MIDNIGHT) - loop.time()
        await asyncio.sleep(left - 5.0)
        completions = fleet.gateway.stats()  # before midnight, when budgets begin anew
        await asyncio.sleep(SETTLING)
        await asyncio.gather(*(bot.processor.drained() for bot in fleet.bots))
        said = fleet.unasked.sent
        return Day(
            written=Counter(one.kind for one in people.written),
            answers=await _answers(fleet),
            announcements=said[Purpose.ANNOUNCEMENTS],
            remarks=said[Purpose.TALK],
            replies=fleet.speech.replies.stats(),
            completions=completions,
            caches=fleet.caches.stats(),
            requests=provider.meter.asked,
            refused=provider.meter.refused,
            refused_unlimited=fleet.unlimited.refused,
            budget=fleet.settings.llm_fleet_daily_cost,
            agreed=frozenset(
                one.number for one in people.people if one.has_agreed or one.will_agree
            ),
            left={why.value: count for why, count in fleet.outcomes.skipped.items()},
            reported=tuple(fleet.reported),
            took=time.monotonic() - began,
        )


async def _answers(fleet: DayFleet) -> tuple[Answered, ...]:
    """As they are stored: what was sent, in its order."""
    rows = await fleet.database.read(
        select(
            outgoing.c.account,
            outgoing.c.chat,
            outgoing.c.text,
            outgoing.c.ended_at,
            incoming.c.at,
            incoming.c.text,
        )
        .join(incoming, incoming.c.id == outgoing.c.incoming)
        .where(outgoing.c.purpose.is_(None), outgoing.c.state == OutgoingState.SENT.value)
        .order_by(outgoing.c.id)
    )
    return tuple(
        Answered((account, chat), text, asked.startswith("/"), ended_at - at)
        for account, chat, text, ended_at, at, asked in rows
    )


def repeats(answers: Sequence[Answered]) -> Repeats:
    """Judged by what was sent, which shares no code with what avoids it."""
    heard: defaultdict[tuple[str, int], deque[str]] = defaultdict(lambda: deque(maxlen=_LAST))
    again: Counter[tuple[str, int]] = Counter()
    counts: Counter[tuple[str, int]] = Counter()
    for one in answers:
        last = heard[one.chat]
        counts[one.chat] += 1
        again[one.chat] += one.text in last
        last.append(one.text)
    shares = [again[chat] / count for chat, count in counts.items() if count >= _MANY]
    return Repeats(
        of_all=sum(again.values()) / max(1, len(answers)),
        mean=sum(shares) / max(1, len(shares)),
        most=max(shares, default=0.0),
        chats=len(shares),
    )


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"


def _rows(day: Day) -> Iterator[tuple[str, str]]:
    replies, spoken = day.replies, day.spoken
    written = sum(day.written.values())
    kinds = ", ".join(f"{kind.value} {count:,}" for kind, count in day.written.most_common())
    yield "messages of people", f"{written:,}: {kinds}"
    yield (
        "answers",
        f"{len(day.answers):,}, of which {len(day.answers) - len(spoken):,} to commands",
    )
    yield (
        "left unanswered",
        ", ".join(f"{count:,} {why}" for why, count in day.left.items() if count),
    )
    yield "announcements, talk", f"{day.announcements:,}, {day.remarks:,}"
    for source, name in (
        (Source.EXACT, "the cache, the same words"),
        (Source.NEAR, "the cache, other words"),
        (Source.GENERATED, "generated"),
        (Source.SMALL_TALK, "prepared: small talk"),
        (Source.STATIC, "prepared: no model might or could"),
    ):
        count = replies.sources.get(source, 0)
        yield f"answers from {name}", f"{count:,} ({_percent(replies.share(source))})"
    cached = replies.share(Source.EXACT) + replies.share(Source.NEAR)
    yield "answers from the cache", _percent(cached)
    yield "why prepared", ", ".join(f"{why} {n:,}" for why, n in replies.static_reasons.items())
    yield "drafts not used", ", ".join(f"{why} {n:,}" for why, n in replies.faults.items()) or "0"
    yield "LLM calls", f"{day.requests:,}"
    yield "429s, without the limiter", f"{day.refused:,}, {day.refused_unlimited:,}"
    fewer = 1 - day.refused / max(1, day.refused_unlimited)
    yield "429s fewer than without the limiter", _percent(fewer)
    yield "fewer than one a message of the bots", _percent(1 - day.requests / day.said)
    yield (
        "fewer than one a message, people's included",
        _percent(1 - day.requests / (day.said + written)),
    )
    yield "fewer than one an answer to people", _percent(1 - day.requests / len(day.answers))
    yield "answers that repeat one of their chat's last 50", _percent(repeats(spoken).of_all)
    of_chats = {
        "groups": [one for one in spoken if one.chat[1] < 0],
        "people who agreed": [one for one in spoken if one.chat[1] in day.agreed],
        "people who did not": [
            one for one in spoken if one.chat[1] > 0 and one.chat[1] not in day.agreed
        ],
    }
    for name, those in of_chats.items():
        found = repeats(those)
        shares = ", ".join(map(_percent, (found.of_all, found.mean, found.most)))
        yield (
            f"… {name}: of all, of a chat on average and at the most",
            f"{shares} ({found.chats} chats with {_MANY} answers or more)",
        )
    waits = sorted(one.wait for one in spoken)
    p50, p95, p99 = (waits[int(len(waits) * share)] for share in (0.5, 0.95, 0.99))
    yield "from a message to its answer, p50, p95, p99", f"{p50:.1f} s, {p95:.1f} s, {p99:.1f} s"
    for cache in day.caches:
        asked = cache.hits + cache.misses
        if asked:
            share = _percent(cache.hits / asked)
            yield f"hit ratio of the cache “{cache.name}”", f"{share} of {asked:,}"
    tokens = sum(one.prompt_tokens + one.completion_tokens for one in day.completions.providers)
    yield "tokens", f"{tokens:,}"
    yield "cost, budget", f"${day.completions.cost_today:.2f}, ${day.budget:.2f}"
    yield "errors nobody expected", str(len(day.reported))


def run() -> Table:
    """One day, midnight to midnight in UTC."""
    scale = Scale()
    day = live(People(scale, Mix(), seed=1))
    title = f"A day of {scale.bots} bots and {scale.people:,} people"
    return Table(title, ("", ""), tuple(_rows(day)), _note(day, scale))


def _note(day: Day, scale: Scale) -> str:
    return (
        f"Real: messages, outbox, limits, consents, announcer, talk, replies, caches, memory "
        f"(full text), gateway, budgets, the reading of answers, SQLite (in memory files: its "
        f"disk counts for nothing). Not there: Telegram and its connections (what people write is "
        f"handed to the processor, and what is sent is taken at once) and HTTP to the "
        f"provider (it answers in this process). Time is the event loop's own, "
        f"which jumps to the next timer, so every clock involved is moved but those of threads; "
        f"the database takes none of it. The provider takes {scale.per_minute} calls a minute and "
        f"answers in 1.2 s (half of them), 1 % with an error; its settings allow a tenth less. "
        f"Without the limiter: what it would have refused had each call left when it was wished "
        f"for, refused ones not tried again. A repeat is an answer that is word for word among "
        f"the last {_LAST} of its bot in its chat; answers to commands are left out. The people's "
        f"texts are made of some 470 templates that the product does not know; {scale.groups} "
        f"groups want announcements (every 300 to 600 s), {scale.talking} want talk; 65 % of the "
        f"people agreed before the day and 10 % do so in it; 60 % of the common questions are "
        f"what everybody asks in those 40 minutes, the others follow Zipf's law; seven bots of "
        f"eight share a persona. The caches are cold at the start. The day took "
        f"{day.took:.0f} s."
    )
