"""What is allowed right now: written by the watch, read by every path before it acts."""

import enum
from collections import defaultdict


class Gate(enum.StrEnum):
    """Something the engine can be told not to do."""

    LLM_CALLS = "llm_calls"
    ANNOUNCEMENTS = "announcements"
    PREDICTION = "prediction"


class Gates:
    """A gate is open until somebody closes it, and opens again when all who closed it let go."""

    def __init__(self) -> None:
        self._closed_by: defaultdict[Gate, set[str]] = defaultdict(set)

    def is_open(self, gate: Gate) -> bool:
        return not self._closed_by[gate]

    def close(self, gate: Gate, by: str) -> None:
        self._closed_by[gate].add(by)

    def open(self, gate: Gate, by: str) -> None:
        """Let go of `gate`; harmless if `by` never closed it."""
        self._closed_by[gate].discard(by)

    def closed(self) -> tuple[Gate, ...]:
        """The closed gates, in order of declaration."""
        return tuple(gate for gate in Gate if not self.is_open(gate))
