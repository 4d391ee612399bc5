"""Keeps the text of a generated module, compressed, and finds its classes."""

import re
import zlib
from collections.abc import Iterator

_CLASS = b"\nclass "
_ALIAS = b"\nType"  # TypePeer = Union[…], behind all classes
_ALIAS_NAME = re.compile(rb"^(Type\w+) = ", re.MULTILINE)
_BLOCK = 16_384  # bytes of text compressed together


class ClassTexts:
    """Reads a module once: later changes of the file do not matter, and no file stays open."""

    def __init__(self, source: bytes) -> None:
        head, *classes = source.split(_CLASS)
        if classes:
            classes[-1], *aliases = classes[-1].split(_ALIAS)
        else:
            head, *aliases = head.split(_ALIAS)
        self.head = head  # imports, before the first class
        self._blocks: list[bytes] = []
        self._block_of: dict[str, int] = {}
        gathered: list[bytes] = []
        size = 0
        for text in classes:
            self._block_of[text[: text.index(b"(")].decode()] = len(self._blocks)
            gathered.append(text)
            size += len(text)
            if size > _BLOCK:
                self._keep(gathered)
                gathered, size = [], 0
        self._keep(gathered)
        self._aliases = zlib.compress(b"".join(_ALIAS + text for text in aliases) + b"\n", 1)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the classes, in the order of the text."""
        return iter(self._block_of)

    def __contains__(self, name: str) -> bool:
        return name in self._block_of

    def aliases(self) -> Iterator[str]:
        """Iterate over the names of the aliases; each time their text is unpacked for it."""
        for found in _ALIAS_NAME.finditer(zlib.decompress(self._aliases)):
            yield found[1].decode()

    def text(self, name: str) -> bytes:
        """Return the statement that defines a class or an alias; raises KeyError."""
        if name in self._block_of:
            block = zlib.decompress(self._blocks[self._block_of[name]])
            begin = block.index(_CLASS + name.encode() + b"(")
            end = block.find(_CLASS, begin + 1)
        else:
            block = zlib.decompress(self._aliases)
            begin = block.find(b"\n" + name.encode() + b" = ")
            if begin < 0:
                raise KeyError(name)
            end = block.index(b"\n", begin + 1)
        return block[begin + 1 : end if end >= 0 else len(block)]

    def _keep(self, classes: list[bytes]) -> None:
        self._blocks.append(zlib.compress(b"".join(_CLASS + text for text in classes), 1))
