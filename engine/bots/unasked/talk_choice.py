"""Chooses which bot makes a remark in a group, and what it responds to."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.storage.messages.shared_history import SharedLine

FRESH = 600.0  # s; older messages get no response
THOUGHT = 4.0  # s between a person's message and a remark on it
MOST_IN_A_ROW = 3  # remarks of all bots since a person last spoke

_OF_NOW = 5  # last lines that show the group's subject
_INTEREST = 4  # weight of an interested bot
_TO_A_BOT = 0.6  # share of remarks that respond to another bot, if no person waits

_chance = random.Random()  # noqa: S311 - variety, not secrecy

IsInterested = Callable[[str, Sequence[str]], bool]
"""Whether a bot (its account) likes to talk of what these texts speak of."""


@dataclass(frozen=True, slots=True)
class TalkChoice:
    """The bot that speaks, and the line it responds to, if any."""

    bot: str
    answering: SharedLine | None


def remarks_in_a_row(lines: Sequence[SharedLine]) -> int:
    """Return how many remarks the bots made since a person last said more than a command."""
    count = 0
    for line in reversed(lines):
        if line.person is not None and not line.is_command:
            break
        count += line.is_remark
    return count


def thinking_time_left(waiting: Sequence[SharedLine], now: float) -> float:
    """Return the seconds until a remark on `waiting` (newest first) is due; 0 or less: now."""
    return waiting[-1].at + THOUGHT - now if waiting else 0.0


def recent_talk(lines: Sequence[SharedLine], now: float) -> list[SharedLine]:
    """Return what people said lately, newest first."""
    return [
        line
        for line in reversed(lines)
        if line.person is not None and line.is_talk and now - line.at <= FRESH
    ]


def choose(
    bots: Sequence[str],
    lines: Sequence[SharedLine],
    waiting: Sequence[SharedLine],
    now: float,
    is_interested: IsInterested,
) -> TalkChoice:
    """Choose among `bots`, which may all speak; the last speaker only if it is the only one.

    The remark responds to the newest message in `waiting` (messages to nobody in particular, newest
    first) that is old enough, else to another bot's remark, or to nothing.
    """
    last = next((line for line in reversed(lines) if line.bot is not None), None)
    others = [bot for bot in bots if last is None or bot != last.bot] or list(bots)
    texts = [line.text for line in lines[-_OF_NOW:] if line.is_talk]
    taken = next((line for line in waiting if now - line.at >= THOUGHT), None)
    if taken is not None:
        texts = [taken.text]
    weights = [_INTEREST if is_interested(bot, texts) else 1 for bot in others]
    bot = _chance.choices(others, weights)[0]
    if taken is not None:
        return TalkChoice(bot, taken)
    takes_up = (
        last is not None
        and last.is_remark
        and last.bot != bot
        and now - last.at <= FRESH
        and _chance.random() < _TO_A_BOT
    )
    return TalkChoice(bot, last if takes_up else None)
