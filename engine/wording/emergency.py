"""Emergency mode in words: since when, why, and what is off.

What turned it on is named by its code: the watch, which knows the causes, is a floor above.
"""

from collections.abc import Collection

from engine.gates import Gate
from engine.language import _
from engine.wording.formatting import clock_time


def gate_word(gate: Gate) -> str:
    return {
        Gate.LLM_CALLS: _("LLM calls"),
        Gate.ANNOUNCEMENTS: _("announcements"),
        Gate.PREDICTION: _("preloading"),
    }[gate]


def emergency_title(cause: str, since: float, now: float) -> str:
    """Since when and why; `cause` is a code of `EmergencyCause`."""
    return {
        "operator": _("Emergency mode since {time}, turned on by you."),
        "memory": _("Emergency mode since {time}: memory ran over its threshold."),
        "setting": _("Emergency mode since {time}, set by EMERGENCY_MODE."),
    }[cause].format(time=clock_time(since, now=now))


def emergency_effect(closed: Collection[Gate]) -> str:
    """What is switched off."""
    if not closed:
        return _("Nothing is off.")
    off = _("Off: {gates}.").format(gates=", ".join(map(gate_word, closed)))
    if Gate.LLM_CALLS not in closed:
        return off
    return f"{off} " + _("Models are unloaded; answers come from the static pool.")
