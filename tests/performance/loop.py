"""Throughput per CPU second of plain asyncio, stock qasync, our loop and uvloop, side by side."""

import asyncio
import contextlib
import sys

import aiosqlite

from tests.performance.contenders import CONTENDERS, Job, compare, run_here
from tests.performance.table import Table

NAME = "loop"


async def _echo(connections: int, messages: int) -> int:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # The peer hangs up with messages under way.
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(1024):
                writer.write(data)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=connections)
    port = server.sockets[0].getsockname()[1]
    arguments = (str(port), str(connections), str(messages))
    # A thread waits for it, and costs all the same: stock qasync has no child watcher of its own.
    peer = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.performance.echo_peer", *arguments
    )
    if await peer.wait():
        raise RuntimeError("the echo peer failed")
    return messages


async def _echo_1() -> int:
    return await _echo(1, 8_000)


async def _echo_200() -> int:
    return await _echo(200, 16_000)


async def _sleep_0() -> int:
    async def yield_often() -> None:
        for _ in range(800):
            await asyncio.sleep(0)

    await asyncio.gather(*(yield_often() for _ in range(100)))
    return 80_000


async def _call_soon() -> int:
    loop = asyncio.get_running_loop()
    done = loop.create_future()

    def again(left: int) -> None:
        if left:
            loop.call_soon(again, left - 1)
        else:
            done.set_result(None)

    again(60_000)
    await done
    return 60_000


async def _timers() -> int:
    async def sleep_often() -> None:
        for _ in range(20):
            await asyncio.sleep(0.002)

    await asyncio.gather(*(sleep_often() for _ in range(500)))
    return 10_000


async def _timeouts() -> int:
    for _ in range(20_000):
        async with asyncio.timeout(30):
            await asyncio.sleep(0)
    return 20_000


async def _aiosqlite() -> int:
    async with aiosqlite.connect(":memory:") as database:
        await database.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT)")
        for n in range(3_000):
            await database.execute("INSERT INTO note VALUES (?, ?)", (n, "text"))
    return 3_000


JOBS: dict[str, tuple[str, Job]] = {
    "echo_1": ("TCP echo, 1 connection", _echo_1),
    "echo_200": ("TCP echo, 200 connections", _echo_200),
    "sleep_0": ("sleep(0), 100 tasks", _sleep_0),
    "call_soon": ("call_soon chain", _call_soon),
    "timers": ("sleep(2 ms), 500 tasks", _timers),
    "timeouts": ("timeout(30) around sleep(0)", _timeouts),
    "aiosqlite": ("aiosqlite insert", _aiosqlite),
}


def run() -> Table:
    """Every job on every loop; the ratio is to plain asyncio."""
    results = compare("tests.performance.loop", tuple(JOBS))
    rows = []
    for job, (title, _) in JOBS.items():
        base = results[job]["asyncio"]
        cells = (f"{results[job][c]:,.0f} ({results[job][c] / base:.2f})" for c in CONTENDERS)
        rows.append((title, *cells))
    return Table(
        "The loop: operations per CPU second (and the ratio to plain asyncio)",
        ("job", *CONTENDERS),
        tuple(rows),
        "Median of 3 interleaved rounds, a fresh process each; the CPU is that of the process "
        "under test, user and system, without its TCP peer.",
    )


if __name__ == "__main__":
    run_here(sys.argv[2], JOBS[sys.argv[1]][1])
