"""Computes vectors of meaning for memories and questions, if the extra `memory` is installed."""

import asyncio
from collections.abc import Sequence
from typing import Any

from engine.replies.memory.encoder import DIMENSIONS, Encoder
from engine.replies.memory.reading import Reading

_MADE = b"4"  # version of how vectors are made; those of another version are made again
_SIZE = len(_MADE) + 2 * DIMENSIONS  # bytes of a stored vector


def is_current(meaning: bytes | None) -> bool:
    """Return True if a stored vector can be compared with new ones."""
    return meaning is not None and len(meaning) == _SIZE and meaning.startswith(_MADE)


async def vectors_of(encoder: Encoder, texts: Sequence[Reading]) -> list[bytes]:
    """Return one vector a text, as 16-bit floats; raises ImportError without the extra."""
    encoded = await _encode(encoder, texts)
    return [_MADE + vector.tobytes() for vector in encoded.astype("float16")]


async def likeness_to(encoder: Encoder, question: Reading, vectors: Sequence[bytes]) -> list[float]:
    """Return the similarity of each vector to a question, mostly 0 to 1."""
    asked = (await _encode(encoder, [question]))[0]
    return await asyncio.to_thread(_likeness, asked, vectors)


def _likeness(asked: Any, vectors: Sequence[bytes]) -> list[float]:
    import numpy  # noqa: PLC0415 - comes with the extra; the encoder's thread has imported it

    known = numpy.frombuffer(b"".join(vector[len(_MADE) :] for vector in vectors), "float16")
    likeness: list[float] = (known.reshape(len(vectors), -1).astype("float32") @ asked).tolist()
    return likeness


async def _encode(encoder: Encoder, texts: Sequence[Reading]) -> Any:
    """Return one unit vector a text: the mean over its readings, better than any single one."""
    read = [reading for text in texts for reading in _readings(text)]
    encoded = await encoder.encode(read)
    means = encoded.reshape(len(texts), -1, DIMENSIONS).sum(axis=1)
    return means / ((means * means).sum(axis=1, keepdims=True) ** 0.5)


def _readings(text: Reading) -> tuple[str, str, str]:
    english = text.english or text.typed
    return text.typed, english, " ".join((english, *text.categories))
