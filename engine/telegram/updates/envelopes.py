"""Reads what Telegram sends by itself, so that an object of a newer layer costs that object alone.

TL has no lengths, so whatever follows an unknown constructor cannot be parsed. Telethon drops the
whole packet then, and with it answers that came in the same container. Here each message of a
container is read for itself; one that cannot be read counts as a gap, as Telegram asks for:
https://core.telegram.org/api/updates#recovering-gaps. The hook is a module global of the pinned
Telethon.
"""

from typing import Any

from telethon.extensions import BinaryReader
from telethon.network import mtprotostate
from telethon.tl import types
from telethon.tl.core import GzipPacked, MessageContainer, RpcResult

_ENVELOPES = (MessageContainer.CONSTRUCTOR_ID, RpcResult.CONSTRUCTOR_ID)


class UnreadableUpdates(types.UpdatesTooLong):  # type: ignore[misc]  # Telethon ships no types
    """Stands for updates that cannot be read: to be fetched, as if too many had been missed."""

    def __init__(self, channels: frozenset[int]) -> None:
        super().__init__()
        self.channels = channels  # bare ids of the supergroups read before the unknown object


class _TracingReader(BinaryReader):  # type: ignore[misc]  # Telethon ships no types
    """Remembers the supergroups named in what it could read."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.channels: set[int] = set()

    def tgread_object(self) -> Any:
        found = super().tgread_object()
        channel = getattr(found, "channel_id", None)
        if isinstance(channel, int):
            self.channels.add(channel)
        return found


class _EnvelopeReader(BinaryReader):  # type: ignore[misc]  # Telethon ships no types
    """Takes containers apart, and gives `UnreadableUpdates` for each message it cannot read."""

    def tgread_object(self) -> Any:
        start = self.tell_position()
        constructor = int.from_bytes(self.stream[start : start + 4], "little")
        if constructor in _ENVELOPES:
            return super().tgread_object()
        if constructor == GzipPacked.CONSTRUCTOR_ID:
            return _EnvelopeReader(super().tgread_object().data).tgread_object()
        reader = BinaryReader(self.stream)
        reader.set_position(start)
        try:
            found = reader.tgread_object()
        except Exception:  # noqa: BLE001 - Telethon's readers fail in many ways on unknown bytes
            return UnreadableUpdates(_channels_in(self.stream[start:]))
        self.set_position(reader.tell_position())
        return found


def _channels_in(body: bytes) -> frozenset[int]:
    """The supergroups that `body` names before it cannot be read any further."""
    reader = _TracingReader(body)
    try:
        reader.tgread_object()
    except Exception:  # noqa: BLE001 - as it did a moment ago
        return frozenset(reader.channels)
    return frozenset()


def mend_reading() -> None:
    """Have every connection read this way; again does no harm."""
    mtprotostate.BinaryReader = _EnvelopeReader
