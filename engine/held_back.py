"""Holds back a library that another would import without need, until somebody here needs it."""

import sys


def hold_back(name: str) -> None:
    """Let imports of `name` fail, as if it were not installed; without effect once it is there."""
    # None is the import system's own word for this.
    sys.modules.setdefault(name, None)  # type: ignore[arg-type]


def let_in(name: str) -> None:
    """Let `name` be imported from now on."""
    if name in sys.modules and sys.modules[name] is None:
        del sys.modules[name]
