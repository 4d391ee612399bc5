"""Why a bot is silent, or that it is well."""

import enum


class Cause(enum.StrEnum):
    """What keeps a bot from answering; the most pressing one where there are several."""

    HEALTHY = "healthy"
    REVOKED = "revoked"  # its token or session is void: a person must act
    RIVAL = "rival"  # another program uses the account
    FAULT = "fault"  # it cannot start for a reason on this machine
    DEAF = "deaf"  # connected, but Telegram serves it no updates
    TELEGRAM = "telegram"  # Telegram cannot be reached, or is in trouble of its own
    FLOOD_WAIT = "flood_wait"  # Telegram lets it say nothing until a certain time
    ASLEEP = "asleep"  # the machine slept, or changed networks: it is connecting again
    STARTING = "starting"  # logging in
    PAUSED = "paused"  # by the operator
    STOPPED = "stopped"  # with the engine
    NO_RIGHTS = "no_rights"  # it may not write in some of its chats
    PRIVACY_MODE = "privacy_mode"  # in groups it sees only what is addressed to it


SPEAKS = frozenset({Cause.HEALTHY, Cause.NO_RIGHTS, Cause.PRIVACY_MODE})
"""With these a bot does answer; the last two are worth knowing, no more."""

URGENCY = {cause: place for place, cause in enumerate(tuple(Cause)[1:])} | {
    Cause.HEALTHY: len(Cause)
}
"""What a person must mend comes first: a key to sort by."""
