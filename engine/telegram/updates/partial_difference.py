"""Reads a difference up to the first object of a newer layer.

Everything before that object is complete, because each vector of a difference holds its length.
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
_COMPARED = 32  # bytes that identify a message without a readable head

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
    """A message of which only the head could be read."""

    chat: int  # marked
    message: int
    sender: int  # marked
    is_answerable: bool  # no service message, channel post or own message
    is_direct: bool


@dataclass(slots=True)
class PartialDifference:
    """The readable part of a difference, and where it ended."""

    kind: Any  # one of Telethon's difference types
    final: bool = True
    pts: int | None = None  # of a supergroup, at the end of the whole difference
    dialog: Any = None
    items: dict[str, list[Any]] = field(default_factory=dict)
    missing: int = 0  # unread items of the vector it ended in
    ended_in: str | None = None  # name of that vector; None: all were read
    rest: bytes = b""  # begins with the unreadable object

    @property
    def messages(self) -> list[Any]:
        """The messages that could be read."""
        return self.items.get("messages", [])

    @property
    def lacks_messages(self) -> bool:
        """True if a message could not be read."""
        return self.ended_in == "messages"

    def get(self, vector: str) -> list[Any]:
        """Return the items of `vector` that could be read."""
        return self.items.get(vector, [])

    def unread(self) -> UnreadMessage | None:
        """Return the message that could not be read, if its head is readable; else None."""
        return read_head(self.rest) if self.lacks_messages else None

    def ends_as(self, other: "PartialDifference | None") -> bool:
        """Return True if `other` begins with the same message that stopped this one."""
        if other is None or not other.lacks_messages or other.messages:
            return False
        head = self.unread()
        if head is not None:
            return head == other.unread()
        return self.rest[:_COMPARED] == other.rest[:_COMPARED]


def read_partially(body: bytes) -> PartialDifference | None:
    """Read as much of a difference as possible; None if not even its beginning is readable."""
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
    """Read the next vector; return False if it could not be read to its end."""
    found = partial.items[vector] = []
    start, count = reader.tell_position(), 0
    try:
        reader.read_int()  # constructor of the vector
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
    """Return chat and sender of a message; None if they are not readable either."""
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
