"""Fetches the updates an account missed, and skips those that this program cannot read.

A difference that holds an object of a newer layer is read up to that object. The one item is set
aside, and the rest is requested from behind it. Smaller pieces are requested first. A server that
ignores such limits is trusted only for the order of messages and for pts:
https://core.telegram.org/api/updates#message-related-event-sequences. If nothing can be read at
all, the account continues at the server's position instead of staying behind for ever.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from telethon import errors
from telethon.tl import types
from telethon.tl.functions.channels import GetMessagesRequest
from telethon.tl.functions.updates import (
    GetChannelDifferenceRequest,
    GetDifferenceRequest,
    GetStateRequest,
)

from engine.telegram.updates.lenient import Lenient, Unread
from engine.telegram.updates.message_box import ThoroughMessageBox
from engine.telegram.updates.partial_difference import (
    PartialDifference,
    UnreadMessage,
    read_partially,
)

Ask = Callable[[Any], Awaitable[Any]]
SetAside = Callable[[UnreadMessage | None], Awaitable[None]]
"""Takes in what cannot be read (None: nothing is known of it); once it returns that is stored."""

_WHOLE = (
    types.updates.Difference,
    types.updates.DifferenceSlice,
    types.updates.ChannelDifference,
)


class _AccountDifference(Lenient, GetDifferenceRequest):  # type: ignore[misc]  # Telethon is untyped
    pass


class _ChannelDifference(Lenient, GetChannelDifferenceRequest):  # type: ignore[misc]  # as above
    pass


class _State(Lenient, GetStateRequest):  # type: ignore[misc]  # as above
    pass


class _Messages(Lenient, GetMessagesRequest):  # type: ignore[misc]  # as above
    pass


class Differences:
    """Serves one connection; `fetch` answers the requests of Telethon's update loop."""

    def __init__(self, ask: Ask, box: ThoroughMessageBox, set_aside: SetAside) -> None:
        self._ask = ask
        self._box = box
        self._set_aside = set_aside

    async def fetch(self, request: Any) -> Any:
        """Return a readable difference, perhaps a shorter one; raises the request's errors."""
        answer = await self._ask(_copy(request))
        return await self._read(request, answer) if isinstance(answer, Unread) else answer

    async def _read(self, request: Any, answer: Unread) -> Any:
        partial = read_partially(answer.body)
        if partial is None:
            return await self._jump(request)
        if partial.kind is types.updates.ChannelDifferenceTooLong:
            return await self._newest(request, partial)
        if partial.lacks_messages:
            return await self._around(request, partial)
        return await self._as_far_as_read(request, partial)

    async def _around(self, request: Any, partial: PartialDifference) -> Any:
        """Return the part before the unreadable message, or skip the message if it comes first."""
        before = len(partial.messages)
        fewer = await self._ask(_copy(request, limit=max(1, before)))
        if _leads_on(fewer, request.pts):  # including the users who wrote them
            return fewer
        if before:
            return self._piece(request, partial, request.pts + before)
        behind = await self._behind(request, partial)
        await self._set_aside(partial.unread())
        return self._piece(request, partial, behind)

    async def _behind(self, request: Any, partial: PartialDifference) -> int:
        """Return the first pts from which Telegram no longer sends the unreadable message.

        Other events, e.g. deletions, may stand before it; they count as well.
        """
        low, step = int(request.pts), 1
        while await self._still_first(request, low + step, partial):
            low, step = low + step, step * 2
        high = low + step
        while high - low > 1:
            middle = (low + high) // 2
            if await self._still_first(request, middle, partial):
                low = middle
            else:
                high = middle
        return high

    async def _still_first(self, request: Any, pts: int, partial: PartialDifference) -> bool:
        try:
            answer = await self._ask(_copy(request, pts=pts))
        except errors.BadRequestError:  # the server's pts is below this one
            return False
        return isinstance(answer, Unread) and partial.ends_as(read_partially(answer.body))

    async def _as_far_as_read(self, request: Any, partial: PartialDifference) -> Any:
        """Return all messages without the events that follow them, which matter less."""
        if partial.pts is not None:
            if partial.ended_in == "updates":
                await self._set_aside(None)
            return self._piece(request, partial, partial.pts)
        told = [getattr(update, "pts", None) or 0 for update in _own(partial.get("updates"))]
        reached = max(request.pts + len(partial.messages), *told, 0)
        if reached == request.pts and not partial.final:  # of events that are no messages
            reached += 1
        if reached > request.pts:
            return self._piece(request, partial, reached)
        return await self._jump(request)

    async def _jump(self, request: Any) -> Any:
        """Return a difference at the server's position, and skip what is unreadable until there."""
        if isinstance(request, GetChannelDifferenceRequest):
            await self._set_aside(None)
            raise errors.ChannelInvalidError(request)  # Telethon begins it anew at its next message
        state = await self._ask(_State())
        if isinstance(state, Unread):
            raise ValueError("the state cannot be read")  # treated like a fault on Telegram's side
        answer = await self._ask(_copy(request))  # again, so that nothing comes in between
        if not isinstance(answer, Unread):
            return answer
        partial = read_partially(answer.body)
        if partial is not None and (partial.messages or partial.lacks_messages):  # new ones
            return await self._read(request, answer)
        if partial is None or partial.ended_in in {"encrypted", "updates"}:
            await self._set_aside(None)
        self._box.look_everywhere()
        found = partial.items if partial is not None else {}
        updates = found.get("updates", [])
        return types.updates.Difference(
            [], [], updates, found.get("chats", []), found.get("users", []), state
        )

    async def _newest(self, request: Any, partial: PartialDifference) -> Any:
        """Return a supergroup's newest messages if too many were missed, one by one if needed."""
        messages = list(partial.messages)
        chats, users = list(partial.get("chats")), list(partial.get("users"))
        if partial.lacks_messages:
            newest = partial.dialog.top_message
            count = len(messages) + partial.missing
            known = {message.id for message in messages}
            wanted = [n for n in range(max(1, newest - count + 1), newest + 1) if n not in known]
            for found in await self._by_number(request.channel, wanted):
                messages += [m for m in found.messages if not isinstance(m, types.MessageEmpty)]
                chats, users = chats + found.chats, users + found.users
        return types.updates.ChannelDifferenceTooLong(
            partial.dialog, messages, chats, users, final=True
        )

    async def _by_number(self, channel: Any, numbers: Sequence[int]) -> list[Any]:
        """Return answers that hold these messages of a supergroup; set unreadable ones aside."""
        if not numbers:
            return []
        asked = _Messages(channel, [types.InputMessageID(number) for number in numbers])
        answer = await self._ask(asked)
        if not isinstance(answer, Unread):
            return [answer]
        if len(numbers) == 1:
            await self._set_aside(None)
            return []
        half = len(numbers) // 2
        return [
            *await self._by_number(channel, numbers[:half]),
            *await self._by_number(channel, numbers[half:]),
        ]

    def _piece(self, request: Any, partial: PartialDifference, pts: int) -> Any:
        """Return the readable part as a difference that ends at `pts`."""
        items = [partial.get(name) for name in ("messages", "updates", "chats", "users")]
        messages, updates, chats, users = items
        if isinstance(request, GetChannelDifferenceRequest):
            final = partial.final and pts == partial.pts
            return types.updates.ChannelDifference(
                pts, messages, updates, chats, users, final=final or None
            )
        state = types.updates.State(pts, request.qts, request.date, self._box.seq, 0)
        return types.updates.DifferenceSlice(messages, [], updates, chats, users, state)


def _own(updates: Sequence[Any]) -> list[Any]:
    """Return the updates that the account's own pts counts, not a supergroup's."""
    return [
        update
        for update in updates
        if getattr(update, "channel_id", None) is None
        and not isinstance(update, types.UpdateNewChannelMessage | types.UpdateEditChannelMessage)
    ]


def _leads_on(answer: Any, pts: int) -> bool:
    """Return True if `answer` is a difference that ends beyond `pts`."""
    if not isinstance(answer, _WHOLE):
        return False
    state = getattr(answer, "state", None) or getattr(answer, "intermediate_state", answer)
    return bool(state.pts > pts)


def _copy(request: Any, *, pts: int | None = None, limit: int | None = None) -> Any:
    """Copy the request as a lenient one, with another pts or a limit of events."""
    pts = request.pts if pts is None else pts
    if isinstance(request, GetChannelDifferenceRequest):
        return _ChannelDifference(
            request.channel, request.filter, pts, limit or request.limit, force=request.force
        )
    return _AccountDifference(pts, request.date, request.qts, pts_limit=limit)
