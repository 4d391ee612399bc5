"""Reads a response body, streamed or whole, into the pieces of an answer."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator

from engine.replies.providers.chat import Delta
from engine.replies.providers.failure import Failure, ProviderError
from engine.replies.providers.http.chunk import read_chunk, read_whole
from engine.replies.providers.http.event_stream import EventField, EventLines
from engine.replies.providers.refusals import told_failure_in

_MOST_WHOLE = 512 << 10  # bytes of an unstreamed answer
_MOST_BLANK = 4 << 10  # bytes before the first letter
_BLANK = b" \t\r\n\xef\xbb\xbf"
_END = "[done]"
_ERROR = "error"
_READ = frozenset(("text/event-stream", "application/json", "text/plain", "text/json", ""))
_READ_TOO = ("+json", "/octet-stream", "/x-ndjson", "/json-stream")


def check_content_type(content_type: str) -> None:
    """Raise ProviderError for a content type that no answer has, such as a web page.

    The first letter of the body decides between the others, because servers stream under any of
    these types.
    """
    kind = content_type.partition(";")[0].strip().casefold()
    if kind not in _READ and not kind.endswith(_READ_TOO):
        raise ProviderError(Failure.WRONG_CONTENT_TYPE)


async def read_answer(pieces: AsyncIterator[bytes]) -> AsyncGenerator[Delta, None]:
    """Yield the pieces of the answer in `pieces`, the body. Raises ProviderError."""
    begun = b""
    async for piece in pieces:
        begun += piece
        if begun.lstrip(_BLANK) or len(begun) > _MOST_BLANK:
            break
    if begun.lstrip(_BLANK).startswith(b"{"):
        yield read_whole(await _whole(begun, pieces))
        return
    events = EventReader()
    for delta in events.feed(begun):
        yield delta
    async for piece in pieces:
        for delta in events.feed(piece):
            yield delta
    for delta in events.rest():
        yield delta


async def _whole(begun: bytes, pieces: AsyncIterator[bytes]) -> str:
    body = bytearray(begun)
    async for piece in pieces:
        body += piece
        if len(body) > _MOST_WHOLE:
            raise ProviderError(Failure.ENDLESS)
    return body.lstrip(_BLANK).decode("utf-8", "replace")


class EventReader:
    """Parses the events of a stream; call `feed` in order, then `rest`."""

    def __init__(self) -> None:
        self._lines = EventLines()
        self._name = ""
        self._data: list[str] = []
        self._letters = 0
        self._is_over = False

    def feed(self, data: bytes) -> Iterator[Delta]:
        """Yield what `data` completes; raises ProviderError. Ignores everything after the end."""
        for line in self._lines.feed(data):
            yield from self._take(line)

    def rest(self) -> Iterator[Delta]:
        """Yield a last event that lacks its empty line, if it is complete."""
        for line in self._lines.rest():
            yield from self._take(line)
        if self._name == _ERROR:
            raise ProviderError(told_failure_in("\n".join(self._data)))

    def _take(self, line: EventField) -> Iterator[Delta]:
        if self._is_over:
            return
        if not line.field:
            if not line.value:
                yield from self._dispatch()
            return  # a comment
        if line.field == "event":
            self._name = line.value.strip().casefold()
        elif line.field == _ERROR:  # older llama.cpp
            raise ProviderError(told_failure_in(line.value))
        elif line.field == "data":
            yield from self._add(line.value)

    def _add(self, value: str) -> Iterator[Delta]:
        """Add a data line; a complete one is an event, as some servers omit the empty lines."""
        if self._name != _ERROR and not self._data and value.rstrip().endswith(("]", "}")):
            try:
                yield from self._read(value)
            except ProviderError as error:
                if error.failure is not Failure.INVALID_JSON:
                    raise
            else:
                return
        self._gather(value)

    def _gather(self, value: str) -> None:
        self._letters += len(value)
        if self._letters > _MOST_WHOLE:
            raise ProviderError(Failure.ENDLESS)
        if value or self._data:
            self._data.append(value)

    def _dispatch(self) -> Iterator[Delta]:
        name, data = self._name, "\n".join(self._data)
        self._name, self._letters = "", 0
        self._data.clear()
        if name == _ERROR:
            raise ProviderError(told_failure_in(data))
        if data.strip() and name in {"", "message"}:  # not a server's own event, such as "ping"
            yield from self._read(data)

    def _read(self, data: str) -> Iterator[Delta]:
        if data.strip().casefold() == _END:
            self._is_over = True
            yield Delta(is_last=True)
        elif (delta := read_chunk(data)) is not None:
            yield delta
