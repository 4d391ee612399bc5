"""Requests whose result may hold something of a newer layer, without being an error."""

from typing import Any

from telethon.tl.functions import InvokeWithLayerRequest


class Unread:
    """In place of a result that cannot be read."""

    def __init__(self, body: bytes) -> None:
        self.body = body


class Lenient:
    """To be inherited from beside one of Telethon's requests: its result may be `Unread`."""

    @staticmethod
    def read_result(reader: Any) -> Any:
        start = reader.tell_position()
        try:
            return reader.tgread_object()
        except Exception:  # noqa: BLE001 - Telethon's readers fail in many ways on unknown bytes
            return Unread(reader.get_bytes()[start:])


class Introduction(Lenient, InvokeWithLayerRequest):  # type: ignore[misc]  # Telethon is untyped
    """Says which layer a connection speaks; the configuration it is answered with is not used."""
