"""How far an account has read its updates, so that a crash at any moment misses none.

Telethon's own box leaves out supergroups it has no pts of, e.g. because the process died before
the first one was saved, and calls updates seen while some are still being fetched. Its parts are
private, hence Telethon is pinned.
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
_LOOK_INTERVAL = 60.0  # s between two looks into all supergroups
_TRY_AGAIN = 15.0  # s after a difference that could not be fetched


class ThoroughMessageBox(MessageBox):  # type: ignore[misc]  # Telethon ships no types
    """Begins unknown supergroups at their start, and dates itself by the oldest still missing."""

    def __init__(self, log: Any) -> None:
        super().__init__(log)
        self._quiet_since: datetime.datetime = self.date
        self._floors: dict[int, datetime.datetime] = {}
        self._returning = False  # and Telegram has not yet said where something was missed
        self._looked_at = -math.inf  # into all supergroups; in seconds of the loop
        self._failed: set[Any] = set()  # entries of which the last difference was not to be had

    def _trace(self, message: str, *arguments: Any) -> None:
        """Telethon writes its state out at every update, for a log that nobody can switch on."""

    def load(self, session_state: Any, channel_states: Any) -> None:
        super().load(session_state, channel_states)
        self._failed.clear()
        self._quiet_since = self.date
        self._returning = ENTRY_ACCOUNT in self.map

    def set_state(self, state: Any, reset: bool = True) -> None:
        super().set_state(state, reset)
        if reset:
            self._quiet_since = self.date

    def get_difference(self) -> Any:
        """Ask from the date up to which everything is known, however many requests that takes.

        What the account says between two of them has a newer date, and Telegram would then not
        tell of supergroups where something was missed before it.
        """
        request = super().get_difference()
        if request is not None:
            request.date = min(self.date, self._quiet_since)
        return request

    def session_state(self) -> tuple[dict[str, Any], dict[int, int]]:
        """What to save: the date moves on only when nothing is being fetched.

        Telegram tells of supergroups with something new since that date, and of no others.
        """
        if not (self._returning or self.getting_diff_for or self.possible_gaps or self._owed):
            self._quiet_since = self.date
        account, channels = super().session_state()
        known = {channel: pts for channel, pts in channels.items() if channel not in self._floors}
        return account | {"date": self._quiet_since}, known

    def go_on_from(self, states: Mapping[int, Any]) -> None:
        """Take up the states of an earlier login, by channel; 0 is the account itself.

        pts and qts are numbered by account; seq by login, so it stays what the new one said.
        """
        own = states[0]
        self.load(
            SessionState(0, 0, False, own.pts, own.qts, int(own.date.timestamp()), self.seq, None),
            [ChannelState(channel, state.pts) for channel, state in states.items() if channel],
        )

    @property
    def _owed(self) -> bool:
        """Whether something could not be fetched that is to be fetched again."""
        return any(entry in self.map for entry in self._failed)

    @property
    def is_fetching(self) -> bool:
        """Whether a difference is due or under way."""
        return bool(self.getting_diff_for)

    @property
    def account_pts(self) -> int:
        """How far the account's own updates are read; 0: nothing is known."""
        state = self.map.get(ENTRY_ACCOUNT)
        return state.pts if state else 0

    def process_updates(self, updates: Any, chat_hashes: Any, result: list[Any]) -> Any:
        """Updates that cannot be read are a gap, in the supergroups they name or in any."""
        if isinstance(updates, UnreadableUpdates):
            for channel in updates.channels:
                if channel in self.map or chat_hashes.get(channel):
                    self.try_begin_get_diff(channel, "sent an update that cannot be read")
            if not updates.channels:
                self.look_everywhere()
        return super().process_updates(updates, chat_hashes, result)

    def look_everywhere(self) -> None:
        """Fetch what every supergroup may have, at once or a minute after the last such look."""
        now = asyncio.get_running_loop().time()
        if self._looked_at > now:
            return  # it is to be done by then
        self._looked_at = max(now, self._looked_at + _LOOK_INTERVAL)
        channels = {entry for entry in self.map if isinstance(entry, int)}
        self.reset_deadlines(channels - self.getting_diff_for, self._looked_at)

    def apply_pts_info(self, update: Any, *, reset_deadlines: set[Any] | None) -> Any:
        """What a supergroup sends before it is known what was missed there is fetched with that.

        Telethon's box would begin the supergroup at it, and read nothing from before.
        """
        pts = PtsInfo.from_update(update) if self._returning else None
        if pts and isinstance(pts.entry, int) and pts.entry not in self.map:
            self.try_begin_get_diff(pts.entry, "sent an update before what was missed is known")
            return None
        return super().apply_pts_info(update, reset_deadlines=reset_deadlines)

    def reset_deadlines(self, entries: Any, deadline: float) -> None:
        """What comes by itself does not put off what is to be fetched once more."""
        super().reset_deadlines(set(entries) - self._failed, deadline)
        if self.next_deadline not in self.map and self.map:  # left: Telethon would look at none
            self.next_deadline: Any = min(self.map, key=lambda entry: self.map[entry].deadline)

    def end_difference(self) -> None:
        """Telegram had trouble: what was not told is asked for again soon."""
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
        self._failed -= {ENTRY_ACCOUNT, ENTRY_SECRET}
        returning, self._returning = self._returning, False
        found: tuple[list[Any], list[Any], list[Any]] = super().apply_difference(diff, chat_hashes)
        self._returning = returning and ENTRY_ACCOUNT in self.getting_diff_for  # more to come
        return found

    def apply_difference_type(
        self, diff: Any, chat_hashes: Any
    ) -> tuple[list[Any], list[Any], list[Any]]:
        updates, users, chats = super().apply_difference_type(diff, chat_hashes)
        return _fetched(updates), users, chats

    def try_begin_get_diff(self, entry: Any, reason: str) -> None:
        if isinstance(entry, int) and entry not in self.map:
            self.map[entry] = State(pts=_FIRST_PTS, deadline=next_updates_deadline())
            self._floors[entry] = self._quiet_since - _CLOCK_SLACK
        super().try_begin_get_diff(entry, reason)

    def end_channel_difference(self, request: Any, reason: Any, chat_hashes: Any) -> None:
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
        """Of a supergroup begun at its start, what came since the account was last up to date."""
        self._failed.discard(request.channel.channel_id)
        if not isinstance(diff, types.updates.ChannelDifference):
            diff.final = True  # the others are whole, whatever their flag says
        updates, users, chats = super().apply_channel_difference(request, diff, chat_hashes)
        if isinstance(diff, types.updates.ChannelDifferenceTooLong):  # the newest at least
            updates, users, chats = _messages(diff), diff.users, diff.chats
        channel = request.channel.channel_id
        floor = self._floors.get(channel)
        if floor is not None:
            updates = [update for update in updates if not _older(update, floor)]
            if channel not in self.getting_diff_for:
                del self._floors[channel]
        return _fetched(updates), users, chats


def was_fetched(update: Any) -> bool:
    """Whether an update came because it was asked for, rather than by itself."""
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
