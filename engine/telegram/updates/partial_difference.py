"""Reads a difference as far as it can be read: up to the first object of a newer layer.

What stands before that object is whole: each vector of a difference says how many it holds.
Source: https://core.telegram.org/api/updates#recovering-gaps and the types of `updates.*`.
"""

from dataclasses import dataclass, field
from typing import Any

from telethon import utils
from telethon.extensions import BinaryReader
from telethon.tl import types

_MESSAGE_ID = types.Message.CONSTRUCTOR_ID
_SERVICE_ID = types.MessageService.CONSTRUCTOR_ID
_OUT, _POST, _HAS_SENDER, _HAS_BOOSTS, _HAS_RANK = 1 << 1, 1 << 14, 1 << 8, 1 << 29, 1 << 12
_COMPARED = 32  # bytes by which a message without a readable head is known again

_ACCOUNT = ("messages", "encrypted", "updates", "chats", "users")
_VECTORS = {
    types.updates.Difference: _ACCOUNT,
    types.updates.DifferenceSlice: _ACCOUNT,
    types.updates.ChannelDifference: ("messages", "updates", "chats", "users"),
    types.updates.ChannelDifferenceTooLong: ("messages", "chats", "users"),
}
_KINDS = {kind.CONSTRUCTOR_ID: kind for kind in _VECTORS}


@dataclass(frozen=True, slots=True)
class UnreadMessage:
    """A message of which no more than its head could be read."""

    chat: int  # marked
    message: int
    sender: int  # marked
    is_answerable: bool  # no service message, post of a channel or message of our own
    is_direct: bool


@dataclass(slots=True)
class PartialDifference:
    """What was read, and where it ended."""

    kind: Any  # of Telethon's types of differences
    final: bool = True
    pts: int | None = None  # of a supergroup, behind all of this difference
    dialog: Any = None
    items: dict[str, list[Any]] = field(default_factory=dict)
    missing: int = 0  # items of the vector it ended in that were not read
    ended_in: str | None = None  # which vector; None: behind them all
    rest: bytes = b""  # begins with what could not be read

    @property
    def messages(self) -> list[Any]:
        return self.items.get("messages", [])

    @property
    def lacks_messages(self) -> bool:
        """Whether a message is what could not be read."""
        return self.ended_in == "messages"

    def get(self, vector: str) -> list[Any]:
        return self.items.get(vector, [])

    def unread(self) -> UnreadMessage | None:
        """The message it ended at, where its head can be read."""
        return read_head(self.rest) if self.lacks_messages else None

    def ends_as(self, other: "PartialDifference | None") -> bool:
        """Whether `other` begins with the very message that this one could not go beyond."""
        if other is None or not other.lacks_messages or other.messages:
            return False
        head = self.unread()
        if head is not None:
            return head == other.unread()
        return self.rest[:_COMPARED] == other.rest[:_COMPARED]


def read_partially(body: bytes) -> PartialDifference | None:
    """As much of a difference as can be read; None if not even its beginning can."""
    reader = BinaryReader(body)
    try:
        partial = _beginning(reader)
    except Exception:  # noqa: BLE001 - Telethon's readers fail in many ways on unknown bytes
        return None
    if partial is not None:
        for vector in _VECTORS[partial.kind]:
            if not _read_vector(reader, vector, partial):
                break
    return partial


def _beginning(reader: Any) -> PartialDifference | None:
    kind = _KINDS.get(reader.read_int(signed=False))
    if kind is None:
        return None
    partial = PartialDifference(kind, final=kind is not types.updates.DifferenceSlice)
    if kind is types.updates.ChannelDifference:
        flags, partial.pts = reader.read_int(), reader.read_int()
        partial.final = bool(flags & 1)
        if flags & 2:
            reader.read_int()  # timeout
    elif kind is types.updates.ChannelDifferenceTooLong:
        if reader.read_int() & 2:
            reader.read_int()  # timeout
        partial.dialog = reader.tgread_object()
        partial.pts = partial.dialog.pts
    return partial


def _read_vector(reader: Any, vector: str, partial: PartialDifference) -> bool:
    """Read the next vector; False if it could not be read to its end."""
    found = partial.items[vector] = []
    start, count = reader.tell_position(), 0
    try:
        reader.read_int()  # says that it is a vector
        count = reader.read_int()
        while len(found) < count:
            start = reader.tell_position()
            found.append(reader.tgread_object())
    except Exception:  # noqa: BLE001 - as above
        partial.ended_in, partial.missing = vector, count - len(found)
        partial.rest = reader.get_bytes()[start:]
        return False
    return True


def read_head(body: bytes) -> UnreadMessage | None:
    """Whose message it is and where; None if that cannot be read either."""
    try:
        return _head(BinaryReader(body))
    except Exception:  # noqa: BLE001 - as above
        return None


def _head(reader: Any) -> UnreadMessage | None:
    constructor = reader.read_int(signed=False)
    if constructor not in {_MESSAGE_ID, _SERVICE_ID}:
        return None
    flags, more = reader.read_int(signed=False), 0
    if constructor == _MESSAGE_ID:
        more = reader.read_int(signed=False)
    number = reader.read_int()
    sender = reader.tgread_object() if flags & _HAS_SENDER else None
    if constructor == _MESSAGE_ID:
        if flags & _HAS_BOOSTS:
            reader.read_int()
        if more & _HAS_RANK:
            reader.tgread_string()
    peer = reader.tgread_object()
    chat = utils.get_peer_id(peer)
    return UnreadMessage(
        chat,
        number,
        utils.get_peer_id(sender) if sender else chat,
        constructor == _MESSAGE_ID and not flags & (_OUT | _POST),
        isinstance(peer, types.PeerUser),
    )
