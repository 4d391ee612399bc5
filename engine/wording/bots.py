"""Words why a bot is silent, and what several silent bots have in common."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from engine.bots.connection.cause import SPEAKS, URGENCY, Cause
from engine.bots.connection.state import BotPhase, BotState
from engine.language import _, ngettext, number
from engine.wording.causes import cause_advice, cause_word
from engine.wording.formatting import clock_time, shorten

_NAMED = 2  # bots of one cause; more are counted
_LISTED = 5
_EXPLAINED = frozenset({Cause.REVOKED, Cause.FAULT})  # the last error says more


def bot_reason(bot: BotState, now: float) -> str:
    """Return why the bot is silent, or a remark about it, e.g. "flood wait until 14:05"."""
    reason = cause_word(bot.cause)
    if bot.cause is Cause.FLOOD_WAIT and (until := bot.flood_until or bot.retry_at):
        time = clock_time(until, now=now)
        return _("{reason} until {time}").format(reason=reason, time=time)
    if bot.cause is Cause.NO_RIGHTS and bot.muted_in:
        return _("may not write in {groups}").format(groups=shorten(", ".join(bot.muted_in)))
    if bot.cause is Cause.PRIVACY_MODE and bot.privacy_mode_in:
        groups = shorten(", ".join(bot.privacy_mode_in))
        return _("sees too little to talk in {groups}").format(groups=groups)
    if bot.problem and bot.cause in _EXPLAINED:
        reason = shorten(bot.problem).rstrip(".")
    if bot.retry_at is None or bot.phase is not BotPhase.RETRYING:
        return reason
    time = clock_time(bot.retry_at, now=now)
    return _("{reason}, again at {time}").format(reason=reason, time=time)


def bot_advice(bot: BotState) -> str:
    """Return one sentence: what to do, or that nothing needs to be done."""
    if bot.cause is Cause.PRIVACY_MODE and bot.privacy_mode_in:
        return _("Turn privacy mode off: /setprivacy in @BotFather, then add it to the group anew.")
    if bot.cause is Cause.PAUSED:
        return _("To go on: select it and press Resume.")
    return cause_advice(bot.cause, bot.name)


def bot_sentence(bot: BotState, now: float) -> str:
    """Return the bot and its reason."""
    return _("{bot}: {reason}").format(bot=bot.name, reason=bot_reason(bot, now))


def by_urgency(bots: Iterable[BotState]) -> list[BotState]:
    """Return the bots sorted: those that need a person come first."""
    return sorted(bots, key=lambda bot: (URGENCY[bot.cause], bot.name))


def silent_sentences(bots: Iterable[BotState], now: float) -> list[tuple[str, int]]:
    """Return a sentence for each silent bot; more than two with one cause share one.

    Each comes with the number of bots it concerns.
    """
    said: list[tuple[str, int]] = []
    silent = by_urgency(bot for bot in bots if is_silent(bot))
    for cause, group in groupby(silent, key=lambda bot: bot.cause):
        concerned = list(group)
        if len(concerned) <= _NAMED:
            said += [(bot_sentence(bot, now), 1) for bot in concerned]
        else:
            text = ngettext("{count} bot: {reason}", "{count} bots: {reason}", len(concerned))
            words = text.format(count=number(len(concerned)), reason=cause_word(cause))
            said.append((words, len(concerned)))
    return said


def bots_summary(bots: Sequence[BotState]) -> str:
    """Return in one sentence how many bots answer."""
    silent = sum(is_silent(bot) for bot in bots)
    if not silent:
        text = ngettext("The bot answers.", "All {total} bots answer.", len(bots))
        return text.format(total=number(len(bots)))
    text = ngettext("The bot is silent.", "{silent} of {total} bots are silent.", len(bots))
    return text.format(silent=number(silent), total=number(len(bots)))


def privacy_mode_sentence(bots: Iterable[BotState]) -> str:
    """Return which bots see too little to talk in groups, and a remedy; empty if none."""
    names = [bot.name for bot in bots if bot.privacy_mode_in]
    if not names:
        return ""
    if more := names[_LISTED:]:
        text = ngettext("{count} more", "{count} more", len(more))
        names = [*names[:_LISTED], text.format(count=number(len(more)))]
    text = _(
        "Privacy mode is in the way of: {bots}. Turn it off with /setprivacy in @BotFather, then "
        "add them to their groups anew."
    )
    return text.format(bots=", ".join(names))


def is_silent(bot: BotState) -> bool:
    """Return True if the bot does not answer at the moment."""
    return bot.cause not in SPEAKS
