"""Implements the client's end of the control port: one line a command, many at a time."""

import asyncio
import contextlib
import itertools
from typing import Self, TypeVar

import msgspec

from engine.errors import SimulatorError

_ANSWER_TIMEOUT = 30.0  # seconds
_LONGEST_LINE = 1 << 26

T = TypeVar("T")


class _Answer(msgspec.Struct):
    id: int
    result: msgspec.Raw = msgspec.Raw(b"null")
    error: str | None = None


class ControlLink:
    """Sends commands; raises SimulatorError with the simulator's message, or if it is gone."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._waiting: dict[int, asyncio.Future[msgspec.Raw]] = {}
        self._numbers = itertools.count(1)
        self._reading = asyncio.create_task(self._read(reader))

    @classmethod
    async def open(cls, host: str, port: int, secret: str) -> Self:
        """Connect to the control port, and return the link."""
        reader, writer = await asyncio.open_connection(host, port, limit=_LONGEST_LINE)
        writer.write(secret.encode() + b"\n")
        return cls(reader, writer)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                self._take(msgspec.json.decode(line, type=_Answer))
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(SimulatorError("The local Telegram is gone."))

    def _take(self, answer: _Answer) -> None:
        waiting = self._waiting.get(answer.id)
        if waiting is None or waiting.done():
            return
        if answer.error is None:
            waiting.set_result(answer.result)
        else:
            waiting.set_exception(SimulatorError(f"The local Telegram refused: {answer.error}"))

    async def ask(
        self, kind: type[T], command: str, *, within: float = _ANSWER_TIMEOUT, **arguments: object
    ) -> T:
        """Run a command; return its result as `kind`."""
        if self._reading.done():
            raise SimulatorError("The local Telegram is not running.")
        number = next(self._numbers)
        waiting: asyncio.Future[msgspec.Raw] = asyncio.get_running_loop().create_future()
        self._waiting[number] = waiting
        request = {"id": number, "command": command, "arguments": arguments}
        self._writer.write(msgspec.json.encode(request) + b"\n")
        try:
            async with asyncio.timeout(within):
                raw = await waiting
        except TimeoutError as error:
            raise SimulatorError(f"The local Telegram did not answer {command!r}.") from error
        finally:
            del self._waiting[number]
        return msgspec.json.decode(raw, type=kind)

    async def close(self) -> None:
        """Disconnect; harmless if it is disconnected."""
        self._writer.close()
        self._reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reading
