"""What is allowed right now: written by the watch, read by every path before it acts."""

import enum
from collections import defaultdict
from collections.abc import Callable


class Gate(enum.StrEnum):
    """Something the engine can be told not to do."""

    LLM_CALLS = "llm_calls"
    ANNOUNCEMENTS = "announcements"
    PREDICTION = "prediction"


class Gates:
    """A gate is open until somebody closes it, and opens again when all who closed it let go."""

    def __init__(self) -> None:
        self._closed_by: defaultdict[Gate, set[str]] = defaultdict(set)
        self._listeners: defaultdict[Gate, list[Callable[[bool], None]]] = defaultdict(list)

    def is_open(self, gate: Gate) -> bool:
        return not self._closed_by[gate]

    def close(self, gate: Gate, by: str) -> None:
        was_open = self.is_open(gate)
        self._closed_by[gate].add(by)
        self._tell(gate, was_open)

    def open(self, gate: Gate, by: str) -> None:
        """Let go of `gate`; harmless if `by` never closed it."""
        was_open = self.is_open(gate)
        self._closed_by[gate].discard(by)
        self._tell(gate, was_open)

    def listen(self, gate: Gate, moved: Callable[[bool], None]) -> Callable[[], None]:
        """Call `moved` with True when the gate has opened and False when it has closed.

        What is returned ends that.
        """
        self._listeners[gate].append(moved)
        return lambda: self._listeners[gate].remove(moved)

    def _tell(self, gate: Gate, was_open: bool) -> None:
        is_open = self.is_open(gate)
        if is_open is not was_open:
            for moved in tuple(self._listeners[gate]):
                moved(is_open)

    def closed(self) -> tuple[Gate, ...]:
        """The closed gates, in order of declaration."""
        return tuple(gate for gate in Gate if not self.is_open(gate))
