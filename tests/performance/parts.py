"""Shares of a profile by part of the program."""

import cProfile
import pstats
from collections import defaultdict
from typing import Any

REST = "the rest"
PARTS = {
    "Telethon: packets, encryption": ("telethon/network", "telethon/crypto", "telethon/extensions"),
    "Telethon: types": ("telethon/tl",),
    "Telethon: client, updates": ("telethon/",),
    "our client and updates": ("engine/telegram/",),
    "from arrival to answer": ("engine/bots/messages/",),
    "limits and consents": ("engine/bots/limits/", "engine/bots/consent/"),
    "bots' states, connections": ("engine/bots/",),
    "replies": ("engine/replies/",),
    "cache": ("engine/cache/",),
    "storage": ("engine/storage/",),
    "counters, logging": ("engine/telemetry/", "logging/"),
    "watch": ("engine/watch/", "engine/assembly/"),
    "event loop": ("desktop/event_loop/", "asyncio/", "selectors.py", "qasync/"),
    REST: ("engine/",),
}
"""Parts by what their files' paths contain; the first that fits counts."""

_DEPTH = 8  # callers looked at behind a function that is in no part

_Function = tuple[str, int, str]


def by_part(profile: cProfile.Profile) -> dict[str, float]:
    """Return seconds by part; what a library or the interpreter does counts for its callers."""
    stats: dict[_Function, Any] = pstats.Stats(profile).stats  # type: ignore[attr-defined]  # not in the stub
    found: dict[str, float] = defaultdict(float)
    for function, (_, _, own, _, _) in stats.items():
        for part, share in _shares(function, stats, _DEPTH).items():
            found[part] += own * share
    return found


def _shares(function: _Function, stats: dict[_Function, Any], depth: int) -> dict[str, float]:
    part = _part(function[0])
    if part is not None:
        return {part: 1.0}
    callers: dict[_Function, tuple[int, int, float, float]] = stats[function][4]
    if not callers or not depth:
        return {REST: 1.0}
    weights = {caller: own for caller, (_, _, own, _) in callers.items()}
    total = sum(weights.values())
    shares: dict[str, float] = defaultdict(float)
    for caller, weight in weights.items():
        share = weight / total if total else 1 / len(weights)
        if share > 0.001:
            for part, further in _shares(caller, stats, depth - 1).items():
                shares[part] += share * further
    return shares


def _part(path: str) -> str | None:
    path = path.replace("\\", "/")
    for part, pieces in PARTS.items():
        if any(piece in path for piece in pieces):
            return part
    return None
