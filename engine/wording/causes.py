"""Words the causes of a bot's silence, and a person's remedy for each."""

from engine.bots.connection.cause import Cause
from engine.language import _


def cause_word(cause: Cause) -> str:
    """Return a few words, as in a list of bots."""
    return {
        Cause.HEALTHY: _("answers"),
        Cause.REVOKED: _("refused by Telegram"),
        Cause.RIVAL: _("used by another program"),
        Cause.FAULT: _("cannot start"),
        Cause.DEAF: _("served no updates"),
        Cause.TELEGRAM: _("Telegram cannot be reached"),
        Cause.FLOOD_WAIT: _("flood wait"),
        Cause.ASLEEP: _("waking up"),
        Cause.STARTING: _("logging in"),
        Cause.PAUSED: _("paused by you"),
        Cause.STOPPED: _("stopped"),
        Cause.NO_RIGHTS: _("may not write in a group"),
        Cause.PRIVACY_MODE: _("privacy mode is on"),
    }[cause]


def cause_advice(cause: Cause, bot: str) -> str:
    """Return one sentence: what to do for `bot`, or that nothing needs to be done."""
    sentence = {
        Cause.HEALTHY: _("Nothing to do."),
        Cause.REVOKED: _(
            "Run gavatcore accounts login {bot}; if its token was revoked, get one from @BotFather."
        ),
        Cause.RIVAL: _("End the other program, or revoke the token in @BotFather."),
        Cause.FAULT: _("See the problem beside it; what may heal by itself is tried again."),
        Cause.DEAF: _("Nothing to do: its messages are fetched every few seconds instead."),
        Cause.TELEGRAM: _("Nothing to do: it is tried again. Is this machine online?"),
        Cause.FLOOD_WAIT: _("Nothing to do: Telegram asked it to wait, and it does."),
        Cause.ASLEEP: _("Nothing to do: the machine slept or changed networks."),
        Cause.STARTING: _("Nothing to do: a few bots log in at a time."),
        Cause.PAUSED: _("To go on: gavatcore accounts resume {bot}"),
        Cause.STOPPED: _("It runs with the engine."),
        Cause.NO_RIGHTS: _("Ask an administrator there to let it write, or remove it."),
        Cause.PRIVACY_MODE: _(
            "In groups it sees what is addressed to it. To see all: /setprivacy in @BotFather."
        ),
    }[cause]
    return sentence.format(bot=bot)
