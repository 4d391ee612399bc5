"""Words the state of an engine: its health, or that it is not running."""

import enum

from engine.bots.connection.state import FleetStats
from engine.language import _, ngettext, number
from engine.wording.formatting import duration, mebibytes, percent


class State(enum.StrEnum):
    """The state that tray icon and window show; each has its own colour and shape."""

    STARTING = "starting"
    STOPPED = "stopped"
    FAILED = "failed"  # the engine did not start
    NORMAL = "normal"
    DEGRADED = "degraded"
    EMERGENCY = "emergency"


def state_word(state: State) -> str:
    """Return the state in a word or two."""
    return {
        State.STARTING: _("Starting"),
        State.STOPPED: _("Stopped"),
        State.FAILED: _("Not started"),
        State.NORMAL: _("Normal"),
        State.DEGRADED: _("Degraded"),
        State.EMERGENCY: _("Emergency mode"),
    }[state]


def state_reason(state: State, alerts: int) -> str:
    """Return the reason for the state in a few words; `alerts` is the number of active ones."""
    if state is State.STARTING:
        return _("The engine is coming up.")
    if state is State.FAILED:
        return _("The engine did not start.")
    if state is State.STOPPED:
        return _("The engine is not running.")
    if state is State.EMERGENCY:
        return _("Bots answer from the static pool.")
    if alerts:
        text = ngettext("{count} active alert.", "{count} active alerts.", alerts)
        return text.format(count=alerts)
    return _("Nothing needs you.")


def fleet_sentence(online: int, total: int) -> str:
    """Return the number of bots online, as a sentence."""
    if online == total:
        text = ngettext("The bot is online.", "All {total} bots are online.", total)
    else:
        text = ngettext("The bot is not online.", "{online} of {total} bots are online.", total)
    return text.format(online=number(online), total=number(total))


def figures_line(fleet: FleetStats, rss: int | None, cpu: float | None, uptime: float) -> str:
    """Return the figures in one line: `rss` in bytes, `cpu` in percent, `uptime` in s."""
    parts = [
        _("Bots {online}/{total}").format(online=number(fleet.online), total=number(fleet.total)),
        _("{number}/min").format(number=number(fleet.messages_per_minute)),
    ]
    if rss is not None:
        parts.append(str(mebibytes(rss)))
    if cpu is not None:
        parts.append(_("CPU {percent}").format(percent=percent(cpu)))
    parts.append(_("up {time}").format(time=duration(uptime)))
    return " · ".join(parts)
