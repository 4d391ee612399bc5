"""Chooses who speaks in a group of their own accord, and what they take up."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.storage.messages.shared_history import SharedLine

FRESH = 600.0  # s; what is older nobody takes up
THOUGHT = 4.0  # s between a person's message and a remark on it
MOST_IN_A_ROW = 3  # remarks of all bots since a person last spoke

_OF_NOW = 5  # last lines that tell what a group speaks of
_INTEREST = 4  # times as likely is a bot that is interested
_TO_A_BOT = 0.6  # how often a bot takes up what another said, where no person waits

_chance = random.Random()  # noqa: S311 - variety, not secrecy

IsInterested = Callable[[str, Sequence[str]], bool]
"""Whether a bot (its account) likes to talk of what these texts speak of."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which bot speaks; what of others it takes up, if anything."""

    bot: str
    answering: SharedLine | None


def remarks_in_a_row(lines: Sequence[SharedLine]) -> int:
    """How many the bots have made since a person last said anything but a command."""
    count = 0
    for line in reversed(lines):
        if line.person is not None and not line.is_command:
            break
        count += line.is_remark
    return count


def thinking_time_left(waiting: Sequence[SharedLine], now: float) -> float:
    """Seconds until the first of `waiting`, the newest first, may be taken up; 0 or less: now."""
    return waiting[-1].at + THOUGHT - now if waiting else 0.0


def recent_talk(lines: Sequence[SharedLine], now: float) -> list[SharedLine]:
    """What people said lately, the newest first."""
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
) -> Choice:
    """Among `bots` that may speak now, one or more; not the last speaker if there is another.

    Of what people said to nobody in particular (`waiting`, the newest first) the newest is taken
    up, once it has been thought about; else another bot's remark, or nothing.
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
        return Choice(bot, taken)
    takes_up = (
        last is not None
        and last.is_remark
        and last.bot != bot
        and now - last.at <= FRESH
        and _chance.random() < _TO_A_BOT
    )
    return Choice(bot, last if takes_up else None)
