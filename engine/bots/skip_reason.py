"""Defines the reasons for which a message gets no answer."""

import enum


class SkipReason(enum.StrEnum):
    """The reason why a message got no answer."""

    NOT_ADDRESSED = "not_addressed"  # in a group, and not meant for this bot
    FROM_BOT = "from_bot"  # bots never feed each other
    NO_TEXT = "no_text"  # a photo, a sticker, …
    UNDELIVERABLE = "undeliverable"  # blocked, no rights, chat gone
    EXPIRED = "expired"  # came, or would have been sent, too late
    OWN_ACCOUNT = "own_account"  # another account of this fleet wrote or forwarded it
    QUIET_HOURS = "quiet_hours"
    BOT_HOURLY_MAXIMUM = "bot_hourly_maximum"  # like the next three: the setting of that name
    CHAT_HOURLY_MAXIMUM = "chat_hourly_maximum"
    USER_HOURLY_MAXIMUM = "user_hourly_maximum"
    MESSAGES_PER_MINUTE = "messages_per_minute"
    FORGOTTEN = "forgotten"  # its sender had it deleted
    WITHDRAWN = "withdrawn"  # an unprompted message that the chat no longer wants
    RESTORED = "restored"  # it came before an older database was restored: perhaps answered
    FAILED = "failed"  # the handler failed; the log says how
    UNREADABLE = "unreadable"  # it contains something unknown to this version
