"""Splits bytes into server-sent events (HTML standard, 9.2.6), within limits.

Lines end at CR, LF or CRLF and nowhere else: U+2028 is part of the text. It is more lenient in two
points: the last event needs no empty line, and events without one between them are separated by
whoever can parse each line.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.replies.providers.failure import Failure, ProviderError

_MOST_BYTES = 256 << 10  # of one event
_MOST_LINES = 100_000  # of a stream
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class EventField:
    """A field of an event; an empty line ends the event."""

    field: str
    value: str


class EventLines:
    """Splits a stream into lines; call `feed` in order, then `rest`."""

    def __init__(self) -> None:
        self._part = bytearray()  # an incomplete line
        self._is_after_cr = False
        self._is_first = True
        self._left = _MOST_LINES

    def feed(self, data: bytes) -> Iterator[EventField]:
        """Yield the lines that `data` completes; raises ProviderError above a limit."""
        if self._is_after_cr and data:
            data = data[data.startswith(b"\n") :]
            self._is_after_cr = False
        for line in data.splitlines(keepends=True):
            if line.endswith((b"\r", b"\n")):
                yield self._completed(line)
            else:
                self._part += line
                if len(self._part) > _MOST_BYTES:
                    raise ProviderError(Failure.ENDLESS)
        self._is_after_cr = data.endswith(b"\r")

    def rest(self) -> Iterator[EventField]:
        """Yield the last line if it lacks its end."""
        if self._part:
            yield self._completed(b"")

    def _completed(self, end: bytes) -> EventField:
        self._left -= 1
        if self._left < 0 or len(self._part) + len(end) > _MOST_BYTES:
            raise ProviderError(Failure.ENDLESS)
        whole = bytes(self._part) + end.rstrip(b"\r\n")
        self._part.clear()
        if self._is_first:
            whole = whole.removeprefix(_BOM)
            self._is_first = False
        field, _, value = whole.decode("utf-8", "replace").partition(":")
        return EventField(field, value.removeprefix(" "))
