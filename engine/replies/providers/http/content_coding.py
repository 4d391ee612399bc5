"""Decompresses a response (RFC 9110, 8.4), one bounded piece at a time.

No compression is requested, but two million compressed bytes can become six thousand million.
"""

import zlib
from collections.abc import Iterator

from engine.replies.providers.failure import Failure, ProviderError

PIECE = 4 << 10  # decompressed bytes at once; reading them takes a few ms at most
_FRAME = 2  # bytes of zlib's header
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_CODINGS = {"gzip", "x-gzip", "deflate"}
_NO_CODINGS = {"", "identity", "none", "utf-8"}  # the last two by mistake


class Decoder:
    """Decodes one response; `name` is its Content-Encoding."""

    def __init__(self, name: str) -> None:
        """Raise ProviderError for a coding that was not requested, or several nested ones."""
        coding = name.strip().casefold()
        self._is_plain = coding in _NO_CODINGS
        if not self._is_plain and coding not in _CODINGS:
            raise ProviderError(Failure.WRONG_CONTENT_TYPE)
        self._inflate = zlib.decompressobj(_GZIP_OR_ZLIB)
        self._may_be_raw = coding == "deflate"  # many send it without zlib's header
        self._begun = b""  # the first bytes, which show whether there is one

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """Yield the decoded pieces of `data`, each on demand. Raises ProviderError."""
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
            is_full = len(piece) == PIECE  # more may be ready inside

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
