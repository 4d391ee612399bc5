"""Turns the engine's codes and figures into sentences: states, locks, collections."""

from desktop.look.state import State
from engine.language import _, ngettext, number
from engine.snapshot import Snapshot
from engine.telegram.sessions.lock_check import LockOutcome
from engine.watch.alert import Alert
from engine.wording.formatting import clock_time, duration, mebibytes, percent


def state_word(state: State) -> str:
    """The state in a word or two."""
    return {
        State.STARTING: _("Starting"),
        State.STOPPED: _("Stopped"),
        State.FAILED: _("Not started"),
        State.NORMAL: _("Normal"),
        State.DEGRADED: _("Degraded"),
        State.EMERGENCY: _("Emergency mode"),
    }[state]


def state_reason(state: State, snapshot: Snapshot | None) -> str:
    """Why the state is what it is, in a few words."""
    if state is State.STARTING:
        return _("The engine is coming up.")
    if state is State.FAILED:
        return _("The engine did not start.")
    if state is State.STOPPED or snapshot is None:
        return _("The engine is not running.")
    if state is State.EMERGENCY:
        return _("Bots answer from the static pool.")
    count = len(snapshot.alerts)
    if count:
        text = ngettext("{count} active alert.", "{count} active alerts.", count)
        return text.format(count=count)
    return _("Nothing needs you.")


def alert_since(alert: Alert, now: float) -> str:
    return _("first seen {time}").format(time=clock_time(alert.since, now=now))


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
