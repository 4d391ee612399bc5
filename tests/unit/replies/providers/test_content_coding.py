"""What comes out of a response's coding, and which are refused."""

import gzip
import zlib

import pytest

from engine.replies.providers.failure import Failure, ProviderError
from engine.replies.providers.http.content_coding import PIECE, Decoder

BODY = b"data: x\n\n" * 5_000
_RAW = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
CODED = {
    "": BODY,
    "identity": BODY,
    "none": BODY,
    " UTF-8 ": BODY,
    "gzip": gzip.compress(BODY),
    "X-GZIP": gzip.compress(BODY) + b"what nobody reads",
    "deflate": zlib.compress(BODY),
    "Deflate": _RAW.compress(BODY) + _RAW.flush(),
}


@pytest.mark.parametrize("name", CODED)
@pytest.mark.parametrize("size", [1, 1_000, 1_000_000])
def test_what_was_coded_comes_out_in_small_pieces(name: str, size: int) -> None:
    decoder = Decoder(name)
    coded = CODED[name]
    parts = (coded[start : start + size] for start in range(0, len(coded), size))
    pieces = [piece for part in parts for piece in decoder.pieces(part)]
    assert b"".join(pieces) == BODY
    assert coded == BODY or max(map(len, pieces)) <= PIECE


@pytest.mark.parametrize("name", ["br", "zstd", "compress", "*", "gzip, gzip", "identity, gzip"])
def test_what_was_not_asked_for_is_refused(name: str) -> None:
    with pytest.raises(ProviderError) as refused:
        Decoder(name)
    assert refused.value.failure is Failure.WRONG_CONTENT_TYPE
