"""Vectors of meaning for what is remembered and asked, where the extra `memory` is installed."""

from collections.abc import Sequence
from typing import Any

from engine.replies.encoder import Encoder


async def vectors_of(encoder: Encoder, texts: Sequence[str]) -> list[bytes]:
    """One vector a text, as 16-bit floats; raises ImportError without the extra."""
    encoded = await encoder.encode(texts)
    return [vector.tobytes() for vector in encoded.astype("float16")]


async def likeness_to(encoder: Encoder, question: str, vectors: Sequence[bytes]) -> list[float]:
    """How close in meaning each vector is to a question: 0 to 1, mostly."""
    asked: Any = (await encoder.encode([_plain(question)]))[0]
    import numpy  # noqa: PLC0415 - comes with the extra; the encoder's thread has imported it

    known = numpy.frombuffer(b"".join(vectors), "float16").reshape(len(vectors), -1)
    likeness: list[float] = (known.astype("float32") @ asked).tolist()
    return likeness


def _plain(question: str) -> str:
    """A question looks more like a statement without its capital and its mark."""
    return question.replace("İ", "i").lower().rstrip("?!. ")
