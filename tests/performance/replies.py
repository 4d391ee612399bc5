"""What our own code adds to a completion, with providers that answer at once; the import."""

import asyncio
import gc
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from engine.clock import SystemClock
from engine.replies.providers.chat_clients import MakeClient
from engine.replies.providers.configuration.settings import ProviderSettings
from engine.replies.providers.gateway import Gateway
from engine.replies.providers.http.clients import http_clients
from engine.simulator.provider.client import LocalProvider
from tests.performance.table import Table
from tests.support.servers.gateways import ScriptedClient, complete, gateway, keys, provider
from tests.support.servers.provider_caller import ask, question

NAME = "replies"
CALLS = 300
PACE = 0.025  # s between two messages: 40 a second
TEXT = "What of bicycles?"

Work = Callable[[int], Awaitable[object]]


async def _paced(work: Work) -> list[float]:
    """How long each took, in ms, begun at PACE whether its predecessors have ended or not."""
    took: list[float] = []

    async def one(number: int) -> None:
        began = time.perf_counter()
        await work(number)
        took.append((time.perf_counter() - began) * 1000)

    tasks = []
    for number in range(CALLS):
        tasks.append(asyncio.create_task(one(number)))
        await asyncio.sleep(PACE)
    await asyncio.gather(*tasks)
    return took[CALLS // 10 :]  # connections are open and code is warm


async def _one_by_one(work: Work) -> list[float]:
    took: list[float] = []
    for number in range(CALLS):
        began = time.perf_counter()
        await work(number)
        took.append((time.perf_counter() - began) * 1000)
    return took[CALLS // 10 :]


def _asking(opened: Gateway) -> Work:
    return lambda number: complete(opened, f"{TEXT} {number}")


def _row(name: str, took: list[float]) -> tuple[str, ...]:
    took.sort()
    return name, *(f"{took[int(len(took) * share)]:.1f}" for share in (0.5, 0.95, 0.99))


async def _import_stall(make: MakeClient, settings: ProviderSettings) -> tuple[float, float]:
    """Seconds that making the first client takes, and the longest it holds the loop, in ms of CPU.

    CPU of this process, so that others on the machine are left out of it.
    """
    began = time.perf_counter()
    making = asyncio.create_task(asyncio.to_thread(make, settings))
    last, worst = time.process_time(), 0.0
    while not making.done():
        await asyncio.sleep(0.001)
        now = time.process_time()
        worst, last = max(worst, now - last), now
    took = time.perf_counter() - began
    await making.result().close()
    return took, worst * 1000


async def _run(directory: Path) -> tuple[list[tuple[str, ...]], str]:
    async with LocalProvider() as local:
        fields = {"min_interval": 0, "calls_at_once": 32}
        known = keys(directory, {"one": local.api_key})
        make = http_clients(known, lambda: True, SystemClock())
        settings = provider("one", local, **fields)
        gc.collect()
        gc.freeze()  # as the engine does after its start
        seconds, stall = await _import_stall(make, settings)
        note = (
            f"Importing the HTTP library took {seconds:.2f} s in a thread, and held the loop for "
            f"{stall:.0f} ms of CPU at the most."
        )
        rows = []
        async with gateway(directory, [settings], make=lambda _: ScriptedClient()) as opened:
            rows.append(_row("scripted client, 40/s", await _paced(_asking(opened))))
            rows.append(_row("scripted client, back to back", await _one_by_one(_asking(opened))))
        bare = question(TEXT, stream=True)
        rows.append(_row("bare HTTP, 40/s", await _paced(lambda _: ask(local, bare))))
        async with gateway(directory, [settings], make=make) as opened:
            rows.append(_row("local provider, 40/s", await _paced(_asking(opened))))
            rows.append(_row("local provider, back to back", await _one_by_one(_asking(opened))))
    return rows, note


def run() -> Table:
    """Every way, with the bare provider beside it."""
    with tempfile.TemporaryDirectory() as directory:
        rows, note = asyncio.run(_run(Path(directory)))
    return Table(
        "Completions from instant providers: ms a call",
        ("", "p50", "p95", "p99"),
        tuple(rows),
        "From the question to the whole answer, with a budget reserved on the disk (SQLite, "
        "synchronous FULL) before each call. The scripted client is our own code alone; bare HTTP "
        f"is the local provider without it. {note}",
    )
