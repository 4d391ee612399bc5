"""The methods the local Telegram answers, one module a TL namespace."""

import importlib

_ROOMS = ("authorization", "bots", "channels", "contacts", "help", "messages", "updates", "users")


def load() -> None:
    """Register the methods of every room."""
    for room in _ROOMS:
        importlib.import_module(f"{__name__}.{room}")
