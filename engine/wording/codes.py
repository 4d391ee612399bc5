"""Words the codes of states and kinds, for the tables of commands."""

from engine.language import _


def code_word(code: str) -> str:
    """Return the word for `code`; an unknown code with blanks for its underscores."""
    words = {
        "bot": _("bot"),
        "user": _("user"),
        "waiting": _("waiting"),
        "connecting": _("connecting"),
        "online": _("online"),
        "retrying": _("retrying"),
        "refused": _("refused"),
        "stopped": _("stopped"),
        "paused": _("paused"),
        "logged_in": _("logged in"),
        "logged_out": _("logged out"),
        "normal": _("normal"),
        "degraded": _("degraded"),
        "emergency": _("emergency"),
        "healthy": _("healthy"),
        "down": _("down"),
    }
    return words.get(code, code.replace("_", " "))
