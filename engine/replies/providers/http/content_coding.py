"""Undoes a response's compression (RFC 9110, 8.4), a bounded piece at a time.

Nothing compressed is asked for. Two million bytes of it can become six thousand million.
"""

import zlib
from collections.abc import Iterator

from engine.replies.providers.failure import Failure, ProviderError

PIECE = 4 << 10  # bytes that come out at once; reading them takes some ms at the most
_FRAME = 2  # bytes of zlib's head
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_CODINGS = {"gzip", "x-gzip", "deflate"}
_NO_CODINGS = {"", "identity", "none", "utf-8"}  # the last two by mistake


class Decoder:
    """Of one response; `name` is its Content-Encoding."""

    def __init__(self, name: str) -> None:
        """Raise ProviderError if it is one that was never asked for, or several in one another."""
        coding = name.strip().casefold()
        self._is_plain = coding in _NO_CODINGS
        if not self._is_plain and coding not in _CODINGS:
            raise ProviderError(Failure.WRONG_CONTENT_TYPE)
        self._inflate = zlib.decompressobj(_GZIP_OR_ZLIB)
        self._may_be_raw = coding == "deflate"  # which many send without zlib's frame
        self._begun = b""  # of that frame, whose two bytes tell

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """What `data` stands for; each piece only once it is asked for. Raise ProviderError."""
        if self._is_plain:
            yield data
            return
        if self._may_be_raw:
            data = self._begun + data
            if len(data) < _FRAME:
                self._begun = data
                return
        is_full = False
        while (data or is_full) and not self._inflate.eof:
            piece = self._decompressed(data)
            yield piece
            data = self._inflate.unconsumed_tail
            is_full = len(piece) == PIECE  # more may stand ready within

    def _decompressed(self, data: bytes) -> bytes:
        try:
            piece = self._inflate.decompress(data, PIECE)
        except zlib.error:
            if not self._may_be_raw:
                raise ProviderError(Failure.WRONG_CONTENT_TYPE) from None
            self._may_be_raw = False
            self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
            return self._decompressed(data)
        self._may_be_raw = False
        return piece
