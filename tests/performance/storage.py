"""Rows a second against opening, inserting, committing and closing; history among a million."""

import asyncio
import itertools
import math
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # ships no types

from engine.clock import SystemClock
from engine.storage.backups.file import copy_database
from engine.storage.database.database import Database
from engine.storage.database.worker import Worker
from engine.storage.locations.by_url import FILE_NAME
from engine.storage.messages.message import ChatKind, IncomingMessage, OutgoingMessage
from engine.storage.messages.messages import Messages
from engine.storage.opening import open_database
from engine.storage.peer import Peer
from tests.performance.table import Table
from tests.support.servers.postgres import PostgresServer

NAME = "storage"

_ROUNDS = 3
_CALLERS = 500
_FEWER_CALLERS = 100
_NAIVE_ROWS = 200
_ROWS = 30_000
_KEPT = 1_000_000
_CHATS = 2_000
_READS = 3_000

_numbers = itertools.count(1)


def run() -> Table:
    """Both ways in turns, three rounds each, the same row in the same table."""
    rows: list[tuple[str, ...]] = []
    with _directory() as directory:
        rows += asyncio.run(_sqlite(directory))
    server = PostgresServer(flushing=True)
    try:
        server.start()
        rows += asyncio.run(_postgres(server.create_database("bench")))
    finally:
        server.close()
    return Table(
        "The storage",
        ("job", "SQLite", "PostgreSQL"),
        tuple(
            (job, first, second) for (job, first), (_, second) in zip(*_halves(rows), strict=True)
        ),
        f"Rows of incoming messages, each told safe by itself: naive opens, inserts, commits and "
        f"closes for each; ours has {_CALLERS} callers at a time, each in another of {_CHATS:,} "
        f"chats, through Messages. Median of "
        f"{_ROUNDS} rounds in turns. "
        "A whole message is stored and planned, a commit each, and the mark that it was sent goes "
        "with a later one.",
    )


def _halves(rows: list[tuple[str, ...]]) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    middle = len(rows) // 2
    return rows[:middle], rows[middle:]


async def _sqlite(directory: Path) -> list[tuple[str, ...]]:
    database = await open_database(None, directory, clock=SystemClock(), on_trouble=print)
    file = directory / "naive.db"  # of its own: nobody else keeps it open
    copy_database(directory / FILE_NAME, file)

    async def naive() -> None:
        connection = sqlite3.connect(file)
        connection.execute(_INSERT.format(*"?" * 14), _values())
        connection.commit()
        connection.close()

    try:
        return await _measure(database, naive)
    finally:
        await database.close()


async def _postgres(url: str) -> list[tuple[str, ...]]:
    database = await open_database(
        url, Path(tempfile.gettempdir()), clock=SystemClock(), on_trouble=print
    )

    async def naive() -> None:
        connection = await asyncpg.connect(url)
        await connection.execute(_INSERT.format(*(f"${n}" for n in range(1, 15))), *_values())
        await connection.close()

    try:
        return await _measure(database, naive)
    finally:
        await database.close()


_INSERT = (
    "INSERT INTO incoming (id, account, chat, message, sender, sender_is_bot, kind, text,"
    " mentions_us, peer_type, peer_id, peer_hash, at, state)"
    " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})"
)


def _values() -> tuple[object, ...]:
    n = next(_numbers)
    return (n, "naive", n % _CHATS, n, 5, False, "direct", _TEXT, False, "user", 7, 8, 1.5, 0)


_TEXT = "A message of the usual length, neither long nor short."


def _message(left: str | None = None) -> IncomingMessage:
    n = next(_numbers)
    peer = Peer("user", 7, 8)
    return IncomingMessage(
        "anna", n % _CHATS, n, 5, False, ChatKind.DIRECT, _TEXT, False, peer, float(n), left=left
    )


async def _measure(
    database: Database, naive: Callable[[], Awaitable[None]]
) -> list[tuple[str, ...]]:
    messages = Messages(database)

    async def store() -> None:
        await messages.store_incoming([_message()])

    async def whole() -> None:
        message = _message()
        (stored,) = await messages.store_incoming([message])
        answer = OutgoingMessage(
            "anna", message.chat, message.message, _TEXT, message.peer, message.at, 9.0,
            message.message, stored.id,
        )  # fmt: skip
        await messages.sent(await messages.plan(answer), 9.0)

    await _rate(store, _CALLERS, 2_000)  # statements are compiled at their first use
    await _rate(whole, _CALLERS, 2_000)
    rounds = [
        (
            await _rate(naive, 1, _NAIVE_ROWS),
            await _rate(store, _CALLERS, _ROWS),
            await _rate(store, 1, _NAIVE_ROWS),
        )
        for _ in range(_ROUNDS)
    ]
    slow, fast, one_by_one = map(statistics.median, zip(*rounds, strict=True))
    fewer = await _rate(store, _FEWER_CALLERS, _ROWS)
    begun = time.process_time()
    messages_a_second = await _rate(whole, 200, 10_000)
    cpu = (time.process_time() - begun) / 10_000 * 1e6
    p50, p99 = await _history(messages)
    bare50, bare99 = await _to_thread()
    return [
        ("naive, rows/s", f"{slow:,.0f}"),
        (f"ours, {_CALLERS} callers, rows/s", f"{fast:,.0f}"),
        (f"ratio, {_CALLERS} callers", f"{fast / slow:,.0f}×"),
        (f"ours, {_FEWER_CALLERS} callers, rows/s", f"{fewer:,.0f}"),
        ("ours, one caller who waits for each, rows/s", f"{one_by_one:,.0f}"),
        ("ratio, one caller", f"{one_by_one / slow:,.1f}×"),
        ("whole messages/s, 200 callers", f"{messages_a_second:,.0f}"),
        ("CPU of a whole message", f"{cpu:,.0f} µs"),
        (f"last 20 of a chat among {_KEPT:,}, p50", f"{p50:.2f} ms"),
        (f"last 20 of a chat among {_KEPT:,}, p99", f"{p99:.2f} ms"),
        ("nothing at all, in a thread and back, p50", f"{bare50:.2f} ms"),
        ("nothing at all, in a thread and back, p99", f"{bare99:.2f} ms"),
    ]


async def _rate(job: Callable[[], Awaitable[None]], callers: int, times: int) -> float:
    """Times a second, with so many callers that each wait for their own."""

    async def call() -> None:
        for _ in range(times // callers):
            await job()

    began = time.perf_counter()
    await asyncio.gather(*(call() for _ in range(callers)))
    return (times // callers) * callers / (time.perf_counter() - began)


async def _history(messages: Messages) -> tuple[float, float]:
    """Milliseconds to read the last 20 messages of chats here and there, p50 and p99."""
    kept = sum((await messages.ends()).states.values())
    for _ in range(math.ceil((_KEPT - kept) / 5_000)):
        await messages.store_incoming([_message("no_text") for _ in range(5_000)])
    took = []
    for n in range(_READS):
        began = time.perf_counter()
        entries = await messages.history("anna", n * 7 % _CHATS, 20)
        took.append((time.perf_counter() - began) * 1000)
        if len(entries) != 20:
            raise RuntimeError(f"{len(entries)} entries")
    hundredths = statistics.quantiles(took, n=100)
    return hundredths[49], hundredths[98]


async def _to_thread() -> tuple[float, float]:
    """Milliseconds that this machine takes to reach a thread and come back, p50 and p99."""
    took = []
    worker = Worker("nothing")
    for _ in range(_READS):
        began = time.perf_counter()
        await worker.do(int)
        took.append((time.perf_counter() - began) * 1000)
    await worker.stop()
    hundredths = statistics.quantiles(took, n=100)
    return hundredths[49], hundredths[98]


@contextmanager
def _directory() -> Iterator[Path]:
    """Beside the checkout: a temporary directory may be in memory, where a commit costs nothing."""
    directory = Path(tempfile.mkdtemp(prefix=".bench-", dir=Path.cwd()))
    try:
        yield directory
    finally:
        shutil.rmtree(directory)
