"""What the experts of the adaptive store know of a key: one record, so that it is found once."""

import msgspec
from theine_core import spread


class Known(msgspec.Struct, gc=False):
    """One key; the garbage collector passes it over, as 100,000 of them take it 20 ms."""

    key: str
    hash: int  # as theine's core takes it
    uses: int = 0  # accesses since LFU took it in; 0: LFU would not hold it
    uses_place: int = 0
    moment: int = 0  # of its last access; 0: LRU would not hold it
    moment_place: int = 0
    core: int = 0  # the number of the core of W-TinyLFU that holds it

    @classmethod
    def of(cls, key: str) -> "Known":
        """A key that no expert holds."""
        return cls(key, spread(hash(key)))
