"""Reads again what commands and people changed in the data directory of a running engine."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping

from engine.clock import Clock
from engine.commands.parts import Part
from engine.errors import GavatcoreError, described
from engine.language import _
from engine.storage.database.errors import StorageError

_RETRY = 2.0  # s until a retry after a failure that the files did not cause

_log = logging.getLogger(__name__)

Apply = Callable[[], Awaitable[None]]


class Reloading:
    """Reads parts in their order, one reading at a time; `run` retries failed ones."""

    def __init__(
        self,
        appliers: Mapping[Part, Apply],
        clock: Clock,
        on_error: Callable[[BaseException], None],
    ) -> None:
        """Use `appliers` to apply each part; unexpected errors go to `on_error`."""
        self._appliers = appliers
        self._clock = clock
        self._on_error = on_error
        self._turn = asyncio.Lock()
        self._troubled: set[Part] = set()
        self._trouble = asyncio.Event()
        self._complaints: dict[Part, str] = {}

    async def reload(self, parts: Collection[Part]) -> None:
        """Read these parts again; raises GavatcoreError with each one that is invalid, and why.

        Every part is read, even if others fail.
        """
        async with self._turn:
            problems = await self._read(parts)
        if problems:
            raise GavatcoreError(" ".join(dict.fromkeys(problems)))  # two parts may read one file

    async def run(self) -> None:
        """Retry, until cancelled, what failed because of a disk or a database."""
        while True:
            await self._trouble.wait()
            await self._clock.sleep(_RETRY)
            async with self._turn:
                self._trouble.clear()
                parts, self._troubled = self._troubled, set()
                await self._read(parts)

    async def _read(self, parts: Collection[Part]) -> list[str]:
        """Read parts; return a sentence for each that is not applied."""
        problems = []
        for part in (one for one in Part if one in parts):
            try:
                await self._appliers[part]()
            except (GavatcoreError, OSError) as error:
                if isinstance(error, StorageError | OSError):  # the files are not at fault
                    self._troubled.add(part)
                    self._trouble.set()
                self._complain(part, described(error))
                problems.append(_sentence(error, is_tried_again=part in self._troubled))
            except Exception as error:  # noqa: BLE001 - the other parts are read all the same
                self._on_error(error)
                text = _("That did not work ({error}). The log has the details.")
                problems.append(text.format(error=type(error).__name__))
            else:
                self._complaints.pop(part, None)
        return problems

    def _complain(self, part: Part, sentence: str) -> None:
        """Log a sentence once, however often the part is retried."""
        if self._complaints.get(part) != sentence:
            self._complaints[part] = sentence
            _log.warning("all stays as it was: %s", sentence)


def _sentence(error: GavatcoreError | OSError, *, is_tried_again: bool) -> str:
    """Say what was in the way, and whether anybody need do anything about it."""
    said = f"{described(error).rstrip('.')}."
    return f"{said} {_('It is tried again by itself.')}" if is_tried_again else said
