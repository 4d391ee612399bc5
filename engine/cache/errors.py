"""Defines the errors that a cache's caller may see; trouble in a level is not one."""

from engine.errors import GavatcoreError


class LoadCancelledError(GavatcoreError):
    """The shared load was cancelled from outside, e.g. because the engine stops."""


class UndecodableError(Exception):
    """Internal: the bytes in a lower level are no value of the cache's type."""
