"""Keeps a library from being imported by another one, until somebody here needs it."""

import sys


def hold_back(name: str) -> None:
    """Make imports of `name` fail as if it were not installed; no effect once it is loaded."""
    # None is the import system's own mark for this.
    sys.modules.setdefault(name, None)  # type: ignore[arg-type]


def let_in(name: str) -> None:
    """Allow imports of `name` from now on."""
    if name in sys.modules and sys.modules[name] is None:
        del sys.modules[name]
