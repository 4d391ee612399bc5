"""200 bots answering people: the whole engine in the Qt loop against bare Telethon on asyncio."""

import asyncio
import contextlib
import json
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from engine.simulator.client import LocalTelegram
from tests.performance.table import Table

NAME = "fleet"
BOTS = 200
PER_SECOND = 500  # messages people write, well below what either can answer
SECONDS = 8.0
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class _Run:
    answers_per_cpu_second: float
    p50_ms: float
    p95_ms: float
    lag_p99_ms: float


class Contender:
    """A process that logs all bots in and answers; told on stdin when the measured time begins."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, kind: str, directory: Path, telegram: LocalTelegram) -> "Contender":
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.performance.fleet_contender",
            kind,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        setup = {
            "directory": str(directory),
            "host": telegram.host,
            "port": telegram.port,
            "dc": telegram.dc,
            "key_file": str(telegram.key_file),
            "api_id": telegram.api_id,
            "api_hash": telegram.api_hash,
            "tokens": [bot.token for bot in telegram.bots],
        }
        contender = cls(process)
        await contender.tell(setup)
        await contender.hear()  # all online
        return contender

    async def tell(self, what: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what).encode() + b"\n")
        await self._process.stdin.drain()

    async def hear(self) -> dict[str, float]:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError("the contender ended early")
        answer: dict[str, float] = json.loads(line)
        return answer

    async def end(self) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(ConnectionError):
            self._process.stdin.close()
        await self._process.wait()


async def _measure(kind: str, directory: Path, telegram: LocalTelegram) -> _Run:
    contender = await Contender.start(kind, directory, telegram)
    await telegram.set_rate(PER_SECOND * 60)
    await asyncio.sleep(2)  # until the flow is even
    before = await telegram.ledger_summary()
    await contender.tell("begin")
    await contender.hear()
    await asyncio.sleep(SECONDS)
    after = await telegram.ledger_summary()
    await contender.tell("end")
    figures = await contender.hear()
    await telegram.set_rate(0)
    await contender.end()
    return _Run(
        (after.answered - before.answered) / figures["cpu"],
        after.answer_p50_ms or 0,
        after.answer_p95_ms or 0,
        figures["lag_p99_ms"],
    )


async def _run() -> dict[str, list[_Run]]:
    runs: dict[str, list[_Run]] = {"bare": [], "engine": []}
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        async with await LocalTelegram.start(
            place / "telegram", bots=BOTS, people=2 * BOTS
        ) as telegram:
            for _ in range(ROUNDS):
                for kind, found in runs.items():
                    found.append(await _measure(kind, place / kind, telegram))
    return runs


def run() -> Table:
    runs = asyncio.run(_run())
    base = statistics.median(run.answers_per_cpu_second for run in runs["bare"])
    names = {"bare": "bare Telethon on asyncio", "engine": "the engine in the Qt loop"}
    rows = []
    for kind, found in runs.items():
        rate = statistics.median(run.answers_per_cpu_second for run in found)
        rows.append(
            (
                names[kind],
                f"{rate:,.0f} ({rate / base:.2f})",
                f"{statistics.median(run.p50_ms for run in found):.1f}",
                f"{statistics.median(run.p95_ms for run in found):.1f}",
                f"{statistics.median(run.lag_p99_ms for run in found):.1f}",
            )
        )
    return Table(
        f"{BOTS} bots answering {PER_SECOND} messages a second",
        ("", "answers per CPU second", "p50 ms", "p95 ms", "loop lag p99 ms"),
        tuple(rows),
        f"Median of {ROUNDS} interleaved runs of {SECONDS:.0f} s, a fresh process each, in direct "
        "chats; the CPU is that of the bots' process. Times are the local Telegram's, from writing "
        "to answer, over all runs so far.",
    )
