"""Reads pushed updates so that an object of a newer layer costs that object alone.

TL has no lengths, so nothing behind an unknown constructor can be parsed. Telethon then drops the
whole packet, including answers in the same container. Here each message of a container is read
separately. An unreadable one counts as a gap, as Telegram asks for:
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
    """Stands for unreadable updates: they are fetched as if too many had been missed."""

    def __init__(self, channels: frozenset[int]) -> None:
        super().__init__()
        self.channels = channels  # bare ids of the supergroups read before the unknown object


class _TracingReader(BinaryReader):  # type: ignore[misc]  # Telethon ships no types
    """Records the supergroups named in the readable part."""

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
    """Splits containers, and returns `UnreadableUpdates` for each message it cannot read."""

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
    """Return the supergroups that `body` names before it becomes unreadable."""
    reader = _TracingReader(body)
    try:
        reader.tgread_object()
    except Exception:  # noqa: BLE001 - as it did a moment ago
        return frozenset(reader.channels)
    return frozenset()


def mend_reading() -> None:
    """Install this reader in all connections. Idempotent."""
    mtprotostate.BinaryReader = _EnvelopeReader
