"""Imports Qt and takes its hook off the import statement again.

PySide replaces `__import__` to offer `from __feature__ import …`, which is not used here. The hook
reads the source of every module imported after Qt (a third of the start), and asks half-imported
ones for attributes, which fails where a thread imports at the same time.
"""

import builtins
import sys


def import_qt() -> None:
    """To be called before anything else imports Qt."""
    import PySide6.QtCore  # noqa: F401, PLC0415 - brings the hook with it

    feature = sys.modules.get("shibokensupport.feature")
    if feature is not None:  # what the hook does, should Qt ever put it back
        feature.feature_imported = _look_at_nothing  # type: ignore[attr-defined]  # made at run time
    original = getattr(builtins, "__orig_import__", None)
    if original is not None:
        builtins.__import__ = original


def _look_at_nothing(_module: object) -> None:
    """In place of the search through a module's source."""
