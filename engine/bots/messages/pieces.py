"""Splits a text that is too long for one message."""

import hashlib

LONGEST = 4096  # letters of a message: https://core.telegram.org/api/config#message-length-max
_SHORT = 512  # letters within every limit of Telegram's
_SEAMS = ("\n\n", "\n", ". ", " ")


def pieces(text: str) -> list[str]:
    """Split `text` into pieces of at most `LONGEST` letters, or in two if it is not longer.

    The same text is always split at the same places; a short one is not split.
    """
    text = text.strip()
    if len(text) <= _SHORT:
        return [text]
    if len(text) <= LONGEST:
        return _cut(text, (len(text) + 1) // 2)
    found = []
    while len(text) > LONGEST:
        piece, text = _cut(text, LONGEST)
        found.append(piece)
    return [*found, text]


def _cut(text: str, most: int) -> list[str]:
    end = _seam(text, most)
    return [piece for piece in (text[:end].rstrip(), text[end:].lstrip()) if piece]


def _seam(text: str, most: int) -> int:
    """Return where to split: behind the last paragraph, line, sentence or word that fits."""
    for seam in _SEAMS:
        end = text.rfind(seam, most // 2, most)
        if end > 0:
            return end + len(seam)
    return most


def piece_id(random_id: int, place: int) -> int:
    """Return the random_id of a piece; it is the same on every split of the message."""
    digest = hashlib.blake2b(f"{random_id}/{place}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)
