"""How far apart announcements are."""

from dataclasses import dataclass

from engine.settings import Preset


@dataclass(frozen=True, slots=True)
class Spacing:
    """Drawn evenly between the two of each pair, in seconds."""

    shortest_round: float  # from one round of an account to its next
    longest_round: float
    shortest: float = 3.0  # between two messages of a round
    longest: float = 8.0


_SPACINGS = {Preset.NORMAL: Spacing(300.0, 600.0), Preset.CONSERVATIVE: Spacing(600.0, 1200.0)}


def spacing_of(preset: Preset) -> Spacing:
    return _SPACINGS[preset]
