"""Holds what is allowed at the moment: the watch writes it, every path reads it before acting."""

import enum
from collections import defaultdict
from collections.abc import Callable


class Gate(enum.StrEnum):
    """Something that the engine can be forbidden to do."""

    LLM_CALLS = "llm_calls"
    ANNOUNCEMENTS = "announcements"
    PREDICTION = "prediction"


class Gates:
    """A gate is closed while at least one closer holds it."""

    def __init__(self) -> None:
        self._closed_by: defaultdict[Gate, set[str]] = defaultdict(set)
        self._listeners: defaultdict[Gate, list[Callable[[bool], None]]] = defaultdict(list)

    def is_open(self, gate: Gate) -> bool:
        """Return True if nobody holds `gate` closed."""
        return not self._closed_by[gate]

    def close(self, gate: Gate, by: str) -> None:
        """Close `gate` in the name of `by`; harmless if `by` holds it already."""
        was_open = self.is_open(gate)
        self._closed_by[gate].add(by)
        self._tell(gate, was_open)

    def open(self, gate: Gate, by: str) -> None:
        """Release `gate` in the name of `by`; harmless if `by` does not hold it."""
        was_open = self.is_open(gate)
        self._closed_by[gate].discard(by)
        self._tell(gate, was_open)

    def listen(self, gate: Gate, moved: Callable[[bool], None]) -> Callable[[], None]:
        """Call `moved` with True when the gate has opened, with False when it has closed.

        The returned function ends that.
        """
        self._listeners[gate].append(moved)
        return lambda: self._listeners[gate].remove(moved)

    def _tell(self, gate: Gate, was_open: bool) -> None:
        is_open = self.is_open(gate)
        if is_open is not was_open:
            for moved in tuple(self._listeners[gate]):
                moved(is_open)

    def closed(self) -> tuple[Gate, ...]:
        """Return the closed gates, in order of declaration."""
        return tuple(gate for gate in Gate if not self.is_open(gate))
