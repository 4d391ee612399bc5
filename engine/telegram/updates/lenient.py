"""Defines requests whose result may contain objects of a newer layer without an error."""

from typing import Any

from telethon.tl.functions import InvokeWithLayerRequest


class Unread:
    """Replaces a result that cannot be read; `body` is its bytes."""

    def __init__(self, body: bytes) -> None:
        self.body = body


class Lenient:
    """Mixin for Telethon requests: an unreadable result becomes `Unread`."""

    @staticmethod
    def read_result(reader: Any) -> Any:
        """Return the result read by Telethon, or `Unread` with its bytes."""
        start = reader.tell_position()
        try:
            return reader.tgread_object()
        except Exception:  # noqa: BLE001 - Telethon's readers fail in many ways on unknown bytes
            return Unread(reader.get_bytes()[start:])


class Introduction(Lenient, InvokeWithLayerRequest):  # type: ignore[misc]  # Telethon is untyped
    """Announces a connection's layer; the configuration in the answer is not used."""
