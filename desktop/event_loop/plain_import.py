"""Imports Qt without leaving its hook on the import statement.

PySide replaces `__import__` to offer `from __feature__ import …`, which is not used here. The hook
reads the source of every module imported after Qt (a third of the start). It also asks
half-imported modules for attributes, which fails if a thread imports at the same time.
"""

import builtins
import sys


def import_qt() -> None:
    """Import Qt; call this before anything else imports it."""
    import PySide6.QtCore  # noqa: F401, PLC0415 - brings the hook with it

    feature = sys.modules.get("shibokensupport.feature")
    if feature is not None:  # disables the hook's work, should Qt ever restore it
        feature.feature_imported = _look_at_nothing  # type: ignore[attr-defined]  # made at run time
    original = getattr(builtins, "__orig_import__", None)
    if original is not None:
        builtins.__import__ = original


def _look_at_nothing(_module: object) -> None:
    """Do nothing, in place of the search through a module's source."""
