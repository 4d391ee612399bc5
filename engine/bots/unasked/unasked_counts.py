"""Counts what nobody had written for."""

from collections import Counter
from dataclasses import dataclass, field

from engine.storage.people.consents import Purpose


@dataclass(frozen=True, slots=True)
class UnaskedCounts:
    """How many such messages were sent and dropped since the start, by purpose."""

    sent: Counter[Purpose] = field(default_factory=Counter)
    dropped: Counter[Purpose] = field(default_factory=Counter)
