"""Defines the causes of a bot's silence."""

import enum


class Cause(enum.StrEnum):
    """The cause that keeps a bot from answering; the most pressing one of several."""

    HEALTHY = "healthy"
    REVOKED = "revoked"  # its token or session is void: a person must act
    RIVAL = "rival"  # another program uses the account
    FAULT = "fault"  # it cannot start for a reason on this machine
    DEAF = "deaf"  # connected, but Telegram serves it no updates
    TELEGRAM = "telegram"  # Telegram cannot be reached, or is in trouble of its own
    FLOOD_WAIT = "flood_wait"  # Telegram forbids all messages until a certain time
    ASLEEP = "asleep"  # the machine slept or changed networks, and the bot connects again
    STARTING = "starting"  # logging in
    PAUSED = "paused"  # by the operator
    STOPPED = "stopped"  # with the engine
    NO_RIGHTS = "no_rights"  # it may not write in some of its chats
    PRIVACY_MODE = "privacy_mode"  # it sees only the group messages that are addressed to it


SPEAKS = frozenset({Cause.HEALTHY, Cause.NO_RIGHTS, Cause.PRIVACY_MODE})
"""With these a bot does answer; the last two are worth knowing, no more."""

URGENCY = {cause: place for place, cause in enumerate(tuple(Cause)[1:])} | {
    Cause.HEALTHY: len(Cause)
}
"""What a person must mend comes first: a key to sort by."""
