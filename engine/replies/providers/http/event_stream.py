"""Server-sent events out of bytes, as the HTML standard (9.2.6) says, within bounds.

Lines end at CR, LF or CRLF and nowhere else: U+2028 is a letter of a text. Two things are taken
more leniently: the last event needs no empty line after it, and events that follow each other
without one are told apart by whoever can read each line for itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.replies.providers.failure import Failure, ProviderError

_MOST_BYTES = 256 << 10  # of one event
_MOST_LINES = 100_000  # of a stream
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Line:
    """A field of an event; the empty one ends it."""

    field: str
    value: str


class EventLines:
    """Cuts a stream into its lines; `feed` in order, then `rest`."""

    def __init__(self) -> None:
        self._part = bytearray()  # of a line
        self._is_after_cr = False
        self._is_first = True
        self._left = _MOST_LINES

    def feed(self, data: bytes) -> Iterator[Line]:
        """The lines that `data` completes; raise ProviderError beyond a bound."""
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

    def rest(self) -> Iterator[Line]:
        """What the stream ended in, without the end of a line."""
        if self._part:
            yield self._completed(b"")

    def _completed(self, end: bytes) -> Line:
        self._left -= 1
        if self._left < 0 or len(self._part) + len(end) > _MOST_BYTES:
            raise ProviderError(Failure.ENDLESS)
        whole = bytes(self._part) + end.rstrip(b"\r\n")
        self._part.clear()
        if self._is_first:
            whole = whole.removeprefix(_BOM)
            self._is_first = False
        field, _, value = whole.decode("utf-8", "replace").partition(":")
        return Line(field, value.removeprefix(" "))
