"""Defines the record that the adaptive store's experts share about a key."""

import msgspec
from theine_core import spread


class GhostRecord(msgspec.Struct, gc=False):
    """One key; exempt from garbage collection, which would take 20 ms over 100,000 of them."""

    key: str
    hash: int  # in the form of theine's core
    uses: int = 0  # accesses since LFU admitted it; 0: LFU would not hold it
    uses_place: int = 0
    moment: int = 0  # moment of the last access; 0: LRU would not hold it
    moment_place: int = 0
    core: int = 0  # number of the W-TinyLFU core that holds it

    @classmethod
    def of(cls, key: str) -> "GhostRecord":
        """Create the record of a key that no expert holds."""
        return cls(key, spread(hash(key)))
