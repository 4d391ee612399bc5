"""Implements `gavatcore cache`: fill Redis from the disk, or empty both; no engine may run."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from engine.cache.named import NamedCaches, Sizes
from engine.cache.redis.refusals import refusal_sentence
from engine.cache.stats import Level
from engine.cli.auditing import note_command
from engine.cli.implements import implements
from engine.cli.workplace import open_settings, read_settings
from engine.clock import SystemClock
from engine.errors import GavatcoreError
from engine.files.data_lock import hold_data_directory
from engine.files.paths import open_data_directory
from engine.language import _, ngettext
from engine.replies.response_cache import SharedAnswers

app = typer.Typer()

Result = TypeVar("Result")
Caches = NamedCaches[SharedAnswers]

_PATIENCE = 5.0  # s for Redis; an engine's caches would give up sooner

DataDirectory = Annotated[
    Path | None,
    typer.Option("--data-dir", file_okay=False, help="Where the engine keeps its files."),
]


@implements(app, "cache warm")
def warm(data_dir: DataDirectory = None) -> None:
    warmed = sum(_with_caches(data_dir, Caches.warm).values())
    typer.echo(ngettext("{n} value is ready.", "{n} values are ready.", warmed).format(n=warmed))


@implements(app, "cache clear")
def clear(data_dir: DataDirectory = None) -> None:
    _with_caches(data_dir, Caches.clear)
    asyncio.run(note_command(*open_settings(data_dir), "cache clear"))
    typer.echo(_("The caches are empty."))


def _with_caches(chosen: Path | None, work: Callable[[Caches], Awaitable[Result]]) -> Result:
    """Run `work` on opened caches.

    Raises GavatcoreError if an engine runs here, or a level cannot be used.
    """

    async def run(directory: Path) -> Result:
        troubles: dict[Level, str | None] = {}
        sizes = Sizes.of(read_settings(directory))
        caches = await NamedCaches.open(
            sizes,
            SharedAnswers,
            directory,
            SystemClock(),
            troubles.__setitem__,
        )
        try:
            await _until_redis(caches, troubles)
            result = await work(caches)
            if not _redis_answers(caches):
                silence = refusal_sentence(sizes.redis_url or "", TimeoutError())
                troubles.setdefault(Level.REDIS, silence)
        finally:
            await caches.close()
        for sentence in troubles.values():
            if sentence is not None:
                raise GavatcoreError(sentence)
        return result

    with contextlib.ExitStack() as stack:
        directory = open_data_directory(chosen, demo=False, stack=stack)
        stack.enter_context(hold_data_directory(directory))
        return asyncio.run(run(directory))


async def _until_redis(caches: Caches, troubles: Mapping[Level, str | None]) -> None:
    """Wait until Redis is usable, or the reason is known."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            while not (troubles or _redis_answers(caches)):  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.05)


def _redis_answers(caches: Caches) -> bool:
    levels = (level for cache in caches.stats() for level in cache.levels)
    return all(level.available for level in levels if level.level is Level.REDIS)
