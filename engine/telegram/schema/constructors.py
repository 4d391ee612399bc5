"""Maps constructor numbers on the wire to Telethon's classes."""

import re
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterator, MutableMapping
from types import ModuleType
from typing import Any

_LINE = re.compile(rb"^    0x([0-9a-f]{8}): ", re.MULTILINE)
_LAYER = re.compile(rb"^LAYER = (\d+)$", re.MULTILINE)


class Constructors(MutableMapping[int, Any]):
    """Classes by their 32-bit constructor number, each looked up in its module when first met."""

    def __init__(self, source: bytes, module: ModuleType) -> None:
        """Read the table of `module`, whose `types` and `functions` hold the classes."""
        self._numbers = array("I", sorted(int(found[1], 16) for found in _LINE.finditer(source)))
        self._table = zlib.compress(source, 1)
        self._module = module
        self._made: dict[int, Any] = {}

    def __getitem__(self, number: int) -> Any:
        found = self._made.get(number)
        if found is None:
            if not self._knows(number):
                raise KeyError(number)
            found = self._made[number] = self._find(number)
        return found

    def __setitem__(self, number: int, made: Any) -> None:
        self._made[number] = made

    def __delitem__(self, number: int) -> None:
        raise TypeError("the schema loses no constructor")

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[int]:
        return iter(self._numbers)

    def get(self, number: int, default: Any = None) -> Any:
        """Return the class, or `default`; called for every object that is read."""
        found = self._made.get(number)
        if found is None and self._knows(number):
            return self[number]
        return default if found is None else found

    def _knows(self, number: int) -> bool:
        place = bisect_left(self._numbers, number)
        return place < len(self._numbers) and self._numbers[place] == number

    def _find(self, number: int) -> Any:
        table = zlib.decompress(self._table)
        begin = table.index(b"0x%08x: " % number) + len("0x00000000: ")
        found: Any = self._module
        for name in table[begin : table.index(b",", begin)].decode().split("."):
            found = getattr(found, name)
        return found


def layer(source: bytes) -> int:
    """Return the number of the schema's layer; raises ValueError if none is stated."""
    if not (found := _LAYER.search(source)):
        raise ValueError("no layer")
    return int(found[1])
