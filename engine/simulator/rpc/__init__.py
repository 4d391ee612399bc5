"""Implements the methods of the local Telegram, one module for each TL namespace."""

import importlib

_ROOMS = ("authorization", "bots", "channels", "contacts", "help", "messages", "updates", "users")


def load() -> None:
    """Register all methods."""
    for room in _ROOMS:
        importlib.import_module(f"{__name__}.{room}")
