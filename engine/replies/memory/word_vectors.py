"""Compares the meanings of two English texts by word vectors, without a model.

Each of some fourteen thousand common words has a vector. A text has the mean of its words' vectors,
in which rarer words count more. Their source: resources/words/word_vectors.md.
"""

import functools
import math
import re
import struct
import zlib
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import mul
from pathlib import Path

import resources
from engine.replies.memory.english_forms import possible_stems
from engine.replies.memory.lexical import COMMON

FILE = Path(resources.__file__).parent / "words" / "word_vectors.bin"
_HEADER = struct.Struct("<4I")  # bytes of the packed words, words, parts of a vector, width of one
_CODES = 256  # codes of each part
_WORD = re.compile(r"[a-z]{3,}")
_COMMON_RANK = 300  # a word of this rank has half weight


@dataclass(frozen=True, slots=True)
class _Vectors:
    """Word vectors in product quantisation: each part is one of 256 entries of a codebook."""

    ranks: dict[str, int]  # by frequency
    codes: bytes  # one a part, word after word
    books: tuple[tuple[tuple[int, ...], ...], ...]  # for each part the values of its codes

    def of(self, rank: int) -> Iterator[int]:
        parts = len(self.books)
        codes = self.codes[rank * parts : (rank + 1) * parts]
        return chain.from_iterable(book[code] for book, code in zip(self.books, codes, strict=True))

    def find(self, word: str) -> int | None:
        ranks = self.ranks
        return next((ranks[stem] for stem in possible_stems(word) if stem in ranks), None)


@functools.cache
def _vectors() -> _Vectors:
    """Load the vectors: some 3 MB and 10 ms."""
    packed = FILE.read_bytes()
    size, count, parts, width = _HEADER.unpack_from(packed)
    words = zlib.decompress(packed[_HEADER.size : _HEADER.size + size]).decode().split("\n")
    at = _HEADER.size + size
    numbers = memoryview(packed)[at : at + parts * _CODES * width].cast("b")
    entries = [tuple(numbers[n : n + width]) for n in range(0, len(numbers), width)]
    books = tuple(tuple(entries[n * _CODES : (n + 1) * _CODES]) for n in range(parts))
    codes = packed[at + len(numbers) :]
    return _Vectors({word: rank for rank, word in enumerate(words[:count])}, codes, books)


def vector_of(english: str) -> Sequence[float]:
    """Return the unit vector of a text; empty if no word is known. Takes some 0.1 ms."""
    known = _vectors()
    found = (known.find(word) for word in set(_WORD.findall(english.lower())) - COMMON)
    total = [0.0] * sum(len(book[0]) for book in known.books)
    for rank in {rank for rank in found if rank is not None}:
        weight = rank / (rank + _COMMON_RANK)
        total = [a + weight * b for a, b in zip(total, known.of(rank), strict=True)]
    length = math.hypot(*total)
    return array("f", (number / length for number in total)) if length else ()


def likeness(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the likeness of two texts' vectors: 1 for equal meaning, about 0 for unrelated."""
    alike: float = sum(map(mul, one, other))
    return alike


def unload() -> None:
    """Free the memory; the next text loads it again."""
    _vectors.cache_clear()
