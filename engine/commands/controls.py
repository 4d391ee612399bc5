"""Defines the parts of a running engine that a command may use."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from engine.bots.fleet import Fleet
from engine.bots.pauses import Pauses
from engine.cache.named import NamedCaches
from engine.clock import Clock
from engine.commands.parts import Part
from engine.replies.response_cache import SharedAnswers
from engine.snapshot import Snapshot
from engine.watch.emergency import EmergencySwitch


@dataclass(frozen=True, slots=True)
class Controls:
    """The parts of one engine, from its start to its stop."""

    snapshot: Callable[[], Snapshot]
    emergency: EmergencySwitch
    fleet: Fleet
    pauses: Pauses
    caches: NamedCaches[SharedAnswers]
    sessions: Path
    clock: Clock
    reload: Callable[[Collection[Part]], Awaitable[None]]
