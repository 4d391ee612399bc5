"""Words why a message got no answer."""

from engine.bots.skip_reason import SkipReason
from engine.language import _


def skip_word(reason: str) -> str:
    """Return the text of a SkipReason's code; of any other, the code."""
    words: dict[str, str] = {
        SkipReason.NOT_ADDRESSED: _("Not meant for the bot"),
        SkipReason.FROM_BOT: _("Written by another bot"),
        SkipReason.NO_TEXT: _("No text, as in a photo or a sticker"),
        SkipReason.UNDELIVERABLE: _("Telegram does not let the bot write there"),
        SkipReason.EXPIRED: _("Too late for an answer"),
        SkipReason.OWN_ACCOUNT: _("Written by another account of yours"),
        SkipReason.QUIET_HOURS: _("In the quiet hours"),
        SkipReason.BOT_HOURLY_MAXIMUM: _("Over the bot's hourly maximum"),
        SkipReason.CHAT_HOURLY_MAXIMUM: _("Over the chat's hourly maximum"),
        SkipReason.USER_HOURLY_MAXIMUM: _("Over the person's hourly maximum"),
        SkipReason.MESSAGES_PER_MINUTE: _("Over the maximum of all bots in a minute"),
        SkipReason.FORGOTTEN: _("Deleted at its sender's wish"),
        SkipReason.WITHDRAWN: _("The chat wants it no more"),
        SkipReason.RESTORED: _("Came before the backup that was restored"),
        SkipReason.FAILED: _("Something went wrong inside; the log has the details"),
        SkipReason.UNREADABLE: _("Newer than this version can read"),
    }
    return words.get(reason, reason.replace("_", " "))
