"""Determines the one cause to report for a bot from all that is known about it."""

import enum
from dataclasses import dataclass

from engine.bots.connection.cause import Cause
from engine.bots.connection.state import BotPhase
from engine.errors import SessionInUseError
from engine.telegram.faults import (
    AccountRefusedError,
    ConnectionLostError,
    DeafError,
    FloodWaitError,
    SessionDuplicatedError,
    SetupError,
    TelegramTroubleError,
)


class Trouble(enum.StrEnum):
    """The trouble that ended the last connection."""

    NONE = "none"
    VOID = "void"  # token or session
    RIVAL = "rival"  # the session is used elsewhere
    LOCAL = "local"  # a file, the storage, or an error of our own
    TELEGRAM = "telegram"  # not reachable, or in trouble
    FLOOD = "flood"  # no login before a certain time


@dataclass(frozen=True, slots=True)
class BotFacts:
    """The facts that determine a bot's cause."""

    phase: BotPhase
    trouble: Trouble = Trouble.NONE
    paused: bool = False
    waking: bool = False  # the machine woke up, and the connection has not been tested since
    deaf: bool = False
    rival: bool = False
    flooded: bool = False  # a flood wait for the whole account is active
    muted: bool = False  # in some chat
    privacy_mode: bool = False  # privacy mode hides messages in a group


_TROUBLES: tuple[tuple[type[BaseException], Trouble], ...] = (
    (SessionDuplicatedError, Trouble.RIVAL),
    (SessionInUseError, Trouble.RIVAL),
    (SetupError, Trouble.LOCAL),
    (AccountRefusedError, Trouble.VOID),
    (DeafError, Trouble.NONE),
    (FloodWaitError, Trouble.FLOOD),
    (ConnectionLostError, Trouble.TELEGRAM),
    (TelegramTroubleError, Trouble.TELEGRAM),
)


def trouble_of(error: Exception | None) -> Trouble:
    """Return the kind of trouble that ended a connection; None: Telegram closed it."""
    if error is None:
        return Trouble.TELEGRAM
    found = (trouble for kind, trouble in _TROUBLES if isinstance(error, kind))
    return next(found, Trouble.LOCAL)


_OFFLINE = {
    Trouble.VOID: Cause.REVOKED,
    Trouble.RIVAL: Cause.RIVAL,
    Trouble.LOCAL: Cause.FAULT,
    Trouble.FLOOD: Cause.FLOOD_WAIT,
    Trouble.TELEGRAM: Cause.TELEGRAM,
}


def cause_of(facts: BotFacts) -> Cause:
    """Return the one cause to report."""
    if facts.paused:
        return Cause.PAUSED
    if facts.phase is BotPhase.STOPPED:
        return Cause.STOPPED
    return _online(facts) if facts.phase is BotPhase.ONLINE else _offline(facts)


def _offline(facts: BotFacts) -> Cause:
    if facts.waking and facts.trouble in {Trouble.NONE, Trouble.TELEGRAM}:
        return Cause.ASLEEP
    if facts.deaf and facts.trouble is Trouble.NONE:
        return Cause.DEAF  # it connects again because of that
    return _OFFLINE.get(facts.trouble, Cause.STARTING)


def _online(facts: BotFacts) -> Cause:
    standing = (
        (facts.rival, Cause.RIVAL),
        (facts.deaf, Cause.DEAF),
        (facts.flooded, Cause.FLOOD_WAIT),
        (facts.waking, Cause.ASLEEP),
        (facts.muted, Cause.NO_RIGHTS),
        (facts.privacy_mode, Cause.PRIVACY_MODE),
    )
    return next((cause for stands, cause in standing if stands), Cause.HEALTHY)
