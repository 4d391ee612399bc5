"""Tracks how far an account has read its updates, so that a crash at any time loses none.

Telethon's own box ignores supergroups it has no pts of, e.g. because the process died before the
first one was saved. It also counts updates as seen while some are still being fetched. Its members
are private, hence Telethon is pinned.
"""

import asyncio
import datetime
import math
from collections.abc import Mapping
from typing import Any

from telethon._updates.messagebox import (
    ENTRY_ACCOUNT,
    ENTRY_SECRET,
    MessageBox,
    PtsInfo,
    State,
    next_updates_deadline,
)
from telethon._updates.session import ChannelState, SessionState
from telethon.tl import types

from engine.telegram.updates.envelopes import UnreadableUpdates

_FIRST_PTS = 1
_CLOCK_SLACK = datetime.timedelta(seconds=60)  # between Telegram's own dates
_LOOK_INTERVAL = 60.0  # s between two checks of all supergroups
_TRY_AGAIN = 15.0  # s until a failed difference is requested again


class ThoroughMessageBox(MessageBox):  # type: ignore[misc]  # Telethon ships no types
    """Begins unknown supergroups at their start; keeps the date of the oldest missing update."""

    def __init__(self, log: Any) -> None:
        super().__init__(log)
        self._quiet_since: datetime.datetime = self.date
        self._floors: dict[int, datetime.datetime] = {}
        self._returning = False  # True until Telegram has said where something was missed
        self._looked_at = -math.inf  # last check of all supergroups, in seconds of the loop
        self._failed: set[Any] = set()  # entries whose last difference could not be fetched

    def _trace(self, message: str, *arguments: Any) -> None:
        """Do nothing: Telethon would format its whole state at every update, for no log."""

    def load(self, session_state: Any, channel_states: Any) -> None:
        """Load the saved states, and start without failed entries."""
        super().load(session_state, channel_states)
        self._failed.clear()
        self._quiet_since = self.date
        self._returning = ENTRY_ACCOUNT in self.map

    def set_state(self, state: Any, reset: bool = True) -> None:
        """Set the account's state; with `reset`, take its date too."""
        super().set_state(state, reset)
        if reset:
            self._quiet_since = self.date

    def get_difference(self) -> Any:
        """Request from the date up to which everything is known, however many requests that takes.

        Between two of them the account's state has a newer date. With that, Telegram would omit
        supergroups in which something was missed before it.
        """
        request = super().get_difference()
        if request is not None:
            request.date = min(self.date, self._quiet_since)
        return request

    def session_state(self) -> tuple[dict[str, Any], dict[int, int]]:
        """Return the state to save; its date moves on only when nothing is being fetched.

        Telegram reports only the supergroups that have changed since that date.
        """
        if not (self._returning or self.getting_diff_for or self.possible_gaps or self._owed):
            self._quiet_since = self.date
        account, channels = super().session_state()
        known = {channel: pts for channel, pts in channels.items() if channel not in self._floors}
        return account | {"date": self._quiet_since}, known

    def go_on_from(self, states: Mapping[int, Any]) -> None:
        """Take over the states of an earlier login, by channel; 0 is the account itself.

        pts and qts are numbered by account, but seq by login, so the new login's seq stays.
        """
        own = states[0]
        self.load(
            SessionState(0, 0, False, own.pts, own.qts, int(own.date.timestamp()), self.seq, None),
            [ChannelState(channel, state.pts) for channel, state in states.items() if channel],
        )

    @property
    def _owed(self) -> bool:
        """True if a failed difference is still to be fetched."""
        return any(entry in self.map for entry in self._failed)

    @property
    def is_fetching(self) -> bool:
        """True if a difference is due or being fetched."""
        return bool(self.getting_diff_for)

    @property
    def account_pts(self) -> int:
        """The pts up to which the account's own updates are read; 0 if unknown."""
        state = self.map.get(ENTRY_ACCOUNT)
        return state.pts if state else 0

    def process_updates(self, updates: Any, chat_hashes: Any, result: list[Any]) -> Any:
        """Process updates; unreadable ones are a gap in the supergroups they name, or in all."""
        if isinstance(updates, UnreadableUpdates):
            for channel in updates.channels:
                if channel in self.map or chat_hashes.get(channel):
                    self.try_begin_get_diff(channel, "sent an update that cannot be read")
            if not updates.channels:
                self.look_everywhere()
        return super().process_updates(updates, chat_hashes, result)

    def look_everywhere(self) -> None:
        """Schedule a fetch for every supergroup, now or one minute after the last such check."""
        now = asyncio.get_running_loop().time()
        if self._looked_at > now:
            return  # Telethon asks again before then
        self._looked_at = max(now, self._looked_at + _LOOK_INTERVAL)
        channels = {entry for entry in self.map if isinstance(entry, int)}
        self.reset_deadlines(channels - self.getting_diff_for, self._looked_at)

    def apply_pts_info(self, update: Any, *, reset_deadlines: set[Any] | None) -> Any:
        """Fetch a supergroup's missed updates before the first one it pushes.

        Telethon's box would begin the supergroup at that update and never read the earlier ones.
        """
        pts = PtsInfo.from_update(update) if self._returning else None
        if pts and isinstance(pts.entry, int) and pts.entry not in self.map:
            self.try_begin_get_diff(pts.entry, "sent an update before what was missed is known")
            return None
        return super().apply_pts_info(update, reset_deadlines=reset_deadlines)

    def reset_deadlines(self, entries: Any, deadline: float) -> None:
        """Postpone deadlines except of failed entries, which pushed updates must not delay."""
        super().reset_deadlines(set(entries) - self._failed, deadline)
        if self.next_deadline not in self.map and self.map:  # left: Telethon would look at none
            self.next_deadline: Any = min(self.map, key=lambda entry: self.map[entry].deadline)

    def end_difference(self) -> None:
        """Schedule a new request soon, because Telegram had trouble with this one."""
        entries = self.getting_diff_for & {ENTRY_ACCOUNT, ENTRY_SECRET}
        self._failed -= entries
        super().end_difference()
        self._try_again(entries)

    def _try_again(self, entries: set[Any]) -> None:
        self.reset_deadlines(entries, asyncio.get_running_loop().time() + _TRY_AGAIN)
        self._failed |= entries

    def apply_difference(
        self, diff: Any, chat_hashes: Any
    ) -> tuple[list[Any], list[Any], list[Any]]:
        """Apply a difference of the account, and clear its failures."""
        self._failed -= {ENTRY_ACCOUNT, ENTRY_SECRET}
        returning, self._returning = self._returning, False
        found: tuple[list[Any], list[Any], list[Any]] = super().apply_difference(diff, chat_hashes)
        self._returning = returning and ENTRY_ACCOUNT in self.getting_diff_for  # more parts follow
        return found

    def apply_difference_type(
        self, diff: Any, chat_hashes: Any
    ) -> tuple[list[Any], list[Any], list[Any]]:
        """Apply one part of a difference; mark its updates as fetched."""
        updates, users, chats = super().apply_difference_type(diff, chat_hashes)
        return _fetched(updates), users, chats

    def try_begin_get_diff(self, entry: Any, reason: str) -> None:
        """Begin fetching an entry; start an unknown supergroup at its first pts."""
        if isinstance(entry, int) and entry not in self.map:
            self.map[entry] = State(pts=_FIRST_PTS, deadline=next_updates_deadline())
            self._floors[entry] = self._quiet_since - _CLOCK_SLACK
        super().try_begin_get_diff(entry, reason)

    def end_channel_difference(self, request: Any, reason: Any, chat_hashes: Any) -> None:
        """End a supergroup's difference early; retry it soon if the supergroup is still known."""
        channel = request.channel.channel_id
        self._failed.discard(channel)
        super().end_channel_difference(request, reason, chat_hashes)
        if channel in self.map:
            self._try_again({channel})
        else:
            self._floors.pop(channel, None)

    def apply_channel_difference(
        self, request: Any, diff: Any, chat_hashes: Any
    ) -> tuple[list[Any], list[Any], list[Any]]:
        """Apply a supergroup's difference; drop messages from before the last full update."""
        self._failed.discard(request.channel.channel_id)
        if not isinstance(diff, types.updates.ChannelDifference):
            diff.final = True  # the other types are complete, whatever their flag says
        updates, users, chats = super().apply_channel_difference(request, diff, chat_hashes)
        if isinstance(diff, types.updates.ChannelDifferenceTooLong):  # keep at least the newest
            updates, users, chats = _messages(diff), diff.users, diff.chats
        channel = request.channel.channel_id
        floor = self._floors.get(channel)
        if floor is not None:
            updates = [update for update in updates if not _older(update, floor)]
            if channel not in self.getting_diff_for:
                del self._floors[channel]
        return _fetched(updates), users, chats


def was_fetched(update: Any) -> bool:
    """Return True if an update was fetched, False if it was pushed."""
    return getattr(update, "_fetched", False)


def _fetched(updates: list[Any]) -> list[Any]:
    for update in updates:
        update._fetched = True
    return updates


def _messages(diff: Any) -> list[Any]:
    return [types.UpdateNewChannelMessage(message, pts=0, pts_count=0) for message in diff.messages]


def _older(update: Any, floor: datetime.datetime) -> bool:
    date = getattr(getattr(update, "message", None), "date", None)
    return date is not None and date < floor
