"""Appends to a mailbox and reads from it by pts.

Each account has one sequence of its own and one for each supergroup. The latter is kept by account,
so that messages withheld by privacy mode leave no gap.
"""

from bisect import bisect_right

from engine.simulator.world.state import Account, Event, EventKind, Mailbox

_KEPT = 20_000


def of_channel(account: Account, channel: int) -> Mailbox:
    """Return the account's mailbox of a supergroup (unmarked id), creating it if new."""
    mailbox = account.channels.get(channel)
    if mailbox is None:
        mailbox = account.channels[channel] = Mailbox()
    return mailbox


def append(mailbox: Mailbox, kind: EventKind, uids: list[int], date: float) -> Event:
    """Add an event; the oldest are dropped if there are too many."""
    mailbox.pts += len(uids)
    event = Event(kind, mailbox.pts, len(uids), date, uids)
    mailbox.events.append(event)
    if len(mailbox.events) > 2 * _KEPT:
        del mailbox.events[:_KEPT]
    return event


def after(mailbox: Mailbox, pts: int, limit: int) -> list[Event] | None:
    """Return up to `limit` events after `pts`, oldest first; None if they are no longer kept."""
    events = mailbox.events
    if events and pts < events[0].pts - events[0].count:
        return None
    start = bisect_right(events, pts, key=lambda event: event.pts)
    return events[start : start + limit]
