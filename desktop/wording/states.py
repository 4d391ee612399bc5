"""Turns the engine's codes and figures into sentences: states, locks, collections."""

from desktop.look.state import State
from engine.gates import Gate
from engine.language import _, ngettext, number
from engine.snapshot import Snapshot
from engine.telegram.sessions.lock_check import LockCheck, LockOutcome
from engine.watch.alert import Alert
from engine.watch.collection import Collection
from engine.watch.emergency_state import EmergencyCause, EmergencyState
from engine.wording.formatting import clock_time, duration, mebibytes, milliseconds, percent


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
    return _("{checked}: {recovered} recovered, {unsolved} to look at.").format(
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
