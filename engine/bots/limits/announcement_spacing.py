"""Defines the intervals between announcements."""

from dataclasses import dataclass

from engine.settings import Preset


@dataclass(frozen=True, slots=True)
class Spacing:
    """Intervals drawn evenly between the two values of each pair, in seconds."""

    shortest_round: float  # from the start of an account's round to the next
    longest_round: float
    shortest: float = 3.0  # between two messages of a round
    longest: float = 8.0


_SPACINGS = {Preset.NORMAL: Spacing(300.0, 600.0), Preset.CONSERVATIVE: Spacing(600.0, 1200.0)}


def spacing_of(preset: Preset) -> Spacing:
    """Return the intervals of a preset."""
    return _SPACINGS[preset]
