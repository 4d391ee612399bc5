"""Says in a sentence what an alert is about, with its figures.

The figures of each kind are those `engine.watch.alerts` gives; a sentence does without what is
missing. Kinds are named by their codes: what an alert is belongs to a floor above.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

from engine.language import _, ngettext, number
from engine.wording.formatting import clock_time, mebibytes, milliseconds, percent, shorten

_MIB = 1024 * 1024
_SENTENCES = 400  # characters of sentences of ours, which hold a path and end with what to do


class Alert(Protocol):
    """What is told: `engine.watch.alert.Alert`."""

    @property
    def kind(self) -> str: ...
    @property
    def since(self) -> float: ...  # seconds since the epoch
    @property
    def figures(self) -> Mapping[str, float | str]: ...


def alert_sentence(alert: Alert) -> str:
    """What is wrong, with its figures."""
    return _ALERTS[alert.kind](alert)


def _memory_high(alert: Alert) -> str:
    value, threshold = _figure(alert, "rss_mb"), _figure(alert, "threshold_mb")
    if value is None or threshold is None:
        return _("Memory is over its threshold.")
    return _("Memory is at {value}; the threshold is {threshold}.").format(
        value=mebibytes(value * _MIB), threshold=mebibytes(threshold * _MIB, 0)
    )


def _cpu_high(alert: Alert) -> str:
    value, threshold = _figure(alert, "percent"), _figure(alert, "threshold_percent")
    if value is None or threshold is None:
        return _("The CPU is over its threshold.")
    return _("The CPU is at {value}; the threshold is {threshold}.").format(
        value=percent(value, 0), threshold=percent(threshold, 0)
    )


def _loop_slow(alert: Alert) -> str:
    value = _figure(alert, "p99_ms")
    if value is None:
        return _("The event loop is slow: answers and this window lag.")
    return _("The event loop lags by {value}: answers and this window lag with it.").format(
        value=milliseconds(value)
    )


def _bots_offline(alert: Alert) -> str:
    count, total = _figure(alert, "count"), _figure(alert, "total")
    if count is None or total is None:
        return _("Bots are offline.")
    text = ngettext(
        "{count} of {total} bots is offline.", "{count} of {total} bots are offline.", int(count)
    )
    return text.format(count=number(count), total=number(total))


def _bot_refused(alert: Alert) -> str:
    bot, problem = alert.figures.get("bot"), alert.figures.get("problem")
    if not bot:
        return _("Telegram refused a bot: renew its token.")
    if not problem:
        return _("Telegram refused {bot}: renew its token.").format(bot=bot)
    return _("Telegram refused {bot}. {problem}").format(bot=bot, problem=shorten(str(problem)))


def _files_short(alert: Alert) -> str:
    allowed, needed = _figure(alert, "allowed"), _figure(alert, "needed")
    places = _figure(alert, "places")
    if allowed is None or needed is None:
        text = _("This fleet needs more open files than the system allows: raise the limit.")
    elif places is not None:
        text = ngettext(
            "This fleet needs {needed} open files, the system allows {allowed}, so only {places} "
            "bot runs: raise the limit (ulimit -n).",
            "This fleet needs {needed} open files, the system allows {allowed}, so only {places} "
            "bots run: raise the limit (ulimit -n).",
            int(places),
        )
    elif alert.figures.get("used_up"):
        text = _(
            "All {allowed} open files that the system allows are in use, so something fails now "
            "and then: raise the limit (ulimit -n)."
        )
    else:
        text = _(
            "This fleet needs {needed} open files, the system allows {allowed}: raise the limit "
            "(ulimit -n)."
        )
    return text.format(
        needed=number(needed or 0), allowed=number(allowed or 0), places=number(places or 0)
    )


def _telegram_unreachable(_alert: Alert) -> str:
    return _("Telegram cannot be reached. Bots reconnect by themselves.")


def _storage_trouble(alert: Alert) -> str:
    problem = alert.figures.get("problem")
    text = _("Messages cannot be stored, so none are answered.")
    return f"{text} {shorten(str(problem), _SENTENCES)}" if problem else text


def _cache_trouble(alert: Alert) -> str:
    problem = alert.figures.get("problem")
    return str(problem) if problem else _("A level of the caches is away: answers take longer.")


def _messages_expired(alert: Alert) -> str:
    count = int(_figure(alert, "count") or 0)
    return ngettext(
        "{count} message came too late to be answered and was set aside.",
        "{count} messages came too late to be answered and were set aside.",
        count,
    ).format(count=number(count))


def _messages_unreadable(alert: Alert) -> str:
    count = int(_figure(alert, "count") or 0)
    return ngettext(
        "{bot}: {count} message or update holds something newer than this version knows and was "
        "passed over. A newer version of Gavatcore may read it.",
        "{bot}: {count} messages or updates hold something newer than this version knows and were "
        "passed over. A newer version of Gavatcore may read them.",
        count,
    ).format(bot=shorten(str(alert.figures.get("bot", ""))), count=number(count))


def _internal_error(alert: Alert) -> str:
    error = alert.figures.get("error")
    if not error:
        return _("Something went wrong inside Gavatcore. The log has the details.")
    if str(error).endswith("."):  # a sentence of ours, such as why no backup was made
        return str(error)
    return _("Something went wrong inside Gavatcore ({error}). The log has the details.").format(
        error=shorten(str(error))
    )


def _rival(alert: Alert) -> str:
    return ngettext(
        "Another program uses {bot}: end it, or revoke its token in @BotFather.",
        "Other programs use {count} bots: end them, or revoke the tokens in @BotFather.",
        _count(alert),
    ).format(**_who(alert))


def _deaf(alert: Alert) -> str:
    return ngettext(
        "Telegram sends {bot} no updates; they are fetched every few seconds instead.",
        "Telegram sends {count} bots no updates; they are fetched every few seconds instead.",
        _count(alert),
    ).format(**_who(alert))


def _flooded(alert: Alert) -> str:
    until = alert.figures.get("until")
    if not isinstance(until, int | float) or not until:
        text = ngettext(
            "Telegram asked {bot} to wait.", "Telegram asked {count} bots to wait.", _count(alert)
        )
        return text.format(**_who(alert))
    return ngettext(
        "Telegram asked {bot} to wait until {time}.",
        "Telegram asked {count} bots to wait, the longest until {time}.",
        _count(alert),
    ).format(**_who(alert), time=clock_time(until, now=alert.since))


def _muted(alert: Alert) -> str:
    return ngettext(
        "{bot} may not write in a group it is in.",
        "{count} bots may not write in a group they are in.",
        _count(alert),
    ).format(**_who(alert))


def _count(alert: Alert) -> int:
    count = alert.figures.get("count")
    return int(count) if isinstance(count, int | float) else 1


def _who(alert: Alert) -> dict[str, str]:
    return {"bot": str(alert.figures.get("bot") or _("a bot")), "count": number(_count(alert))}


_ALERTS: Mapping[str, Callable[[Alert], str]] = {
    "memory_high": _memory_high,
    "cpu_high": _cpu_high,
    "loop_slow": _loop_slow,
    "bots_offline": _bots_offline,
    "bot_refused": _bot_refused,
    "bot_rival": _rival,
    "bots_deaf": _deaf,
    "bots_flooded": _flooded,
    "bots_muted": _muted,
    "files_short": _files_short,
    "telegram_unreachable": _telegram_unreachable,
    "storage_trouble": _storage_trouble,
    "cache_trouble": _cache_trouble,
    "messages_expired": _messages_expired,
    "messages_unreadable": _messages_unreadable,
    "internal_error": _internal_error,
}


def _figure(alert: Alert, name: str) -> float | None:
    value = alert.figures.get(name)
    return value if isinstance(value, int | float) else None
