"""Turns the engine's codes and figures into sentences: states, alerts, locks, collections.

The figures of each kind of alert are those `engine.watch.alerts` gives; a sentence does without
what is missing.
"""

from desktop.bot_wording import (
    deaf_sentence,
    flooded_sentence,
    muted_sentence,
    rival_sentence,
)
from desktop.formatting import (
    clock_time,
    duration,
    mebibytes,
    milliseconds,
    number,
    percent,
    shorten,
)
from desktop.state import State
from engine.gates import Gate
from engine.language import _, ngettext
from engine.snapshot import Snapshot
from engine.telegram.lock_check import LockCheck, LockOutcome
from engine.watch.alert import Alert, AlertKind
from engine.watch.collection import Collection
from engine.watch.emergency_state import EmergencyCause, EmergencyState

_MIB = 1024 * 1024


def state_word(state: State) -> str:
    """The state in a word or two."""
    return {
        State.STARTING: _("Starting"),
        State.STOPPED: _("Stopped"),
        State.NORMAL: _("Normal"),
        State.DEGRADED: _("Degraded"),
        State.EMERGENCY: _("Emergency mode"),
    }[state]


def state_reason(state: State, snapshot: Snapshot | None) -> str:
    """Why the state is what it is, in a few words."""
    if state is State.STARTING:
        return _("The engine is coming up.")
    if state is State.STOPPED or snapshot is None:
        return _("The engine is not running.")
    if state is State.EMERGENCY:
        return _("Bots answer from the static pool.")
    count = len(snapshot.alerts)
    if count:
        return ngettext("{count} alert stands.", "{count} alerts stand.", count).format(count=count)
    return _("Nothing needs you.")


def gate_word(gate: Gate) -> str:
    return {
        Gate.LLM_CALLS: _("LLM calls"),
        Gate.ANNOUNCEMENTS: _("announcements"),
        Gate.PREDICTION: _("preloading"),
    }[gate]


def emergency_title(emergency: EmergencyState, now: float) -> str:
    """Since when and why."""
    since = clock_time(emergency.since, now=now)
    return {
        EmergencyCause.OPERATOR: _("Emergency mode since {time}, turned on by you."),
        EmergencyCause.MEMORY: _("Emergency mode since {time}: memory ran over its threshold."),
        EmergencyCause.SETTING: _("Emergency mode since {time}, set by EMERGENCY_MODE."),
    }[emergency.cause].format(time=since)


def emergency_effect(emergency: EmergencyState) -> str:
    """What is switched off."""
    closed = [gate_word(gate) for gate in emergency.closed]
    if not closed:
        return _("Nothing is off.")
    off = _("Off: {gates}.").format(gates=", ".join(closed))
    if Gate.LLM_CALLS not in emergency.closed:
        return off
    return f"{off} " + _("Models are unloaded; answers come from the static pool.")


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
    if allowed is None or needed is None:
        return _("This fleet needs more open files than the system allows: raise the limit.")
    return _(
        "This fleet needs {needed} open files, the system allows {allowed}: raise the limit."
    ).format(needed=number(needed), allowed=number(allowed))


def _telegram_unreachable(_alert: Alert) -> str:
    return _("Telegram cannot be reached. Bots reconnect by themselves.")


def _storage_trouble(alert: Alert) -> str:
    problem = alert.figures.get("problem")
    text = _("Messages cannot be stored, so none are answered.")
    return f"{text} {shorten(str(problem))}" if problem else text


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
    return _("Something went wrong inside Gavatcore ({error}). The log has the details.").format(
        error=shorten(str(error))
    )


_ALERTS = {
    AlertKind.MEMORY_HIGH: _memory_high,
    AlertKind.CPU_HIGH: _cpu_high,
    AlertKind.LOOP_SLOW: _loop_slow,
    AlertKind.BOTS_OFFLINE: _bots_offline,
    AlertKind.BOT_REFUSED: _bot_refused,
    AlertKind.BOT_RIVAL: rival_sentence,
    AlertKind.BOTS_DEAF: deaf_sentence,
    AlertKind.BOTS_FLOODED: flooded_sentence,
    AlertKind.BOTS_MUTED: muted_sentence,
    AlertKind.FILES_SHORT: _files_short,
    AlertKind.TELEGRAM_UNREACHABLE: _telegram_unreachable,
    AlertKind.STORAGE_TROUBLE: _storage_trouble,
    AlertKind.CACHE_TROUBLE: _cache_trouble,
    AlertKind.MESSAGES_EXPIRED: _messages_expired,
    AlertKind.MESSAGES_UNREADABLE: _messages_unreadable,
    AlertKind.INTERNAL_ERROR: _internal_error,
}


def _figure(alert: Alert, name: str) -> float | None:
    value = alert.figures.get(name)
    return value if isinstance(value, int | float) else None


def alert_since(alert: Alert, now: float) -> str:
    return _("since {time}").format(time=clock_time(alert.since, now=now))


def fleet_sentence(online: int, total: int) -> str:
    if online == total:
        text = ngettext("The bot is online.", "All {total} bots are online.", total)
    else:
        text = ngettext("The bot is not online.", "{online} of {total} bots are online.", total)
    return text.format(online=number(online), total=number(total))


def lock_outcome_word(outcome: LockOutcome) -> str:
    return {
        LockOutcome.SOUND: _("Sound: nobody holds it"),
        LockOutcome.OWN: _("In use by Gavatcore itself"),
        LockOutcome.HELD: _("Held by another program, not touched"),
        LockOutcome.RECOVERED: _("Recovered: the login is whole"),
        LockOutcome.SET_ASIDE: _("Beyond repair, set aside: log in again"),
        LockOutcome.DAMAGED: _("Damaged, not touched further"),
        LockOutcome.FAILED: _("Could not be checked"),
    }[outcome]


def lock_summary(checks: tuple[LockCheck, ...]) -> str:
    """All outcomes in one sentence."""
    if not checks:
        return _("There is no session to check yet.")
    recovered = sum(check.outcome is LockOutcome.RECOVERED for check in checks)
    unsolved = sum(
        check.outcome
        in {LockOutcome.HELD, LockOutcome.SET_ASIDE, LockOutcome.DAMAGED, LockOutcome.FAILED}
        for check in checks
    )
    text = ngettext("{count} session checked", "{count} sessions checked", len(checks))
    return _("{checked}: {recovered} recovered, {unsolved} in need of you.").format(
        checked=text.format(count=number(len(checks))),
        recovered=number(recovered),
        unsolved=number(unsolved),
    )


def collection_sentence(collection: Collection) -> str:
    """Objects and memory before and after, as counted; zero is said too."""
    freed = collection.objects_before - collection.objects_after
    return _(
        "Objects {objects_before} → {objects_after} ({objects}); "
        "memory {rss_before} → {rss_after} ({rss}); took {time}."
    ).format(
        objects_before=number(collection.objects_before),
        objects_after=number(collection.objects_after),
        objects=_change(-freed, number(abs(freed))),
        rss_before=mebibytes(collection.rss_before, 1),
        rss_after=mebibytes(collection.rss_after, 1),
        rss=_change(-collection.rss_freed, str(mebibytes(abs(collection.rss_freed), 1))),
        time=milliseconds(collection.seconds * 1000),
    )


def _change(difference: int, size: str) -> str:
    sign = "−" if difference < 0 else "+" if difference > 0 else "±"  # noqa: RUF001 - a real minus
    return f"{sign}{size}"


def figures_line(snapshot: Snapshot) -> str:
    """The figures in one line, for the tray."""
    parts = [
        _("Bots {online}/{total}").format(
            online=number(snapshot.fleet.online), total=number(snapshot.fleet.total)
        ),
        _("{number}/min").format(number=number(snapshot.fleet.messages_per_minute)),
    ]
    if snapshot.sample is not None:
        parts += [
            str(mebibytes(snapshot.sample.rss)),
            _("CPU {percent}").format(percent=percent(snapshot.sample.process_cpu)),
        ]
    parts.append(_("up {time}").format(time=duration(snapshot.uptime)))
    return " · ".join(parts)
