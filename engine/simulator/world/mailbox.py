"""Appends to a mailbox and reads from it by pts.

Each account has one sequence of its own and one a supergroup; the latter is kept an account, so
that what privacy mode withholds leaves no gap.
"""

from bisect import bisect_right

from engine.simulator.world.state import Account, Event, EventKind, Mailbox

_KEPT = 20_000


def of_channel(account: Account, channel: int) -> Mailbox:
    """The account's mailbox of a supergroup (unmarked id), made on first use."""
    mailbox = account.channels.get(channel)
    if mailbox is None:
        mailbox = account.channels[channel] = Mailbox()
    return mailbox


def append(mailbox: Mailbox, kind: EventKind, uids: list[int], date: float) -> Event:
    """Add an event; the oldest are dropped once there are too many."""
    mailbox.pts += len(uids)
    event = Event(kind, mailbox.pts, len(uids), date, uids)
    mailbox.events.append(event)
    if len(mailbox.events) > 2 * _KEPT:
        del mailbox.events[:_KEPT]
    return event


def after(mailbox: Mailbox, pts: int, limit: int) -> list[Event] | None:
    """Up to `limit` events after `pts`, oldest first; None if they are no longer kept."""
    events = mailbox.events
    if events and pts < events[0].pts - events[0].count:
        return None
    start = bisect_right(events, pts, key=lambda event: event.pts)
    return events[start : start + limit]
