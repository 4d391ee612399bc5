"""What a command may reach of a running engine."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from engine.bots.connection.pauses import Pauses
from engine.bots.fleet import Fleet
from engine.cache.named import NamedCaches
from engine.clock import Clock
from engine.commands.parts import Part
from engine.replies.response_cache import SharedAnswers
from engine.snapshot import Snapshot
from engine.watch.emergency import Emergency


@dataclass(frozen=True, slots=True)
class Controls:
    """Of one engine, from its start to its stop."""

    snapshot: Callable[[], Snapshot]
    emergency: Emergency
    fleet: Fleet
    pauses: Pauses
    caches: NamedCaches[SharedAnswers]
    sessions: Path
    clock: Clock
    reload: Callable[[Collection[Part]], Awaitable[None]]
