"""What a caller of a cache may meet; a tier in trouble is none of it."""

from engine.errors import GavatcoreError


class LoadCancelledError(GavatcoreError):
    """The load several callers waited for was itself cancelled, as at the end of the engine."""


class UndecodableError(Exception):
    """Inside this room: bytes of a lower tier are not a value of the cache's type."""
