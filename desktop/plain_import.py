"""Imports Qt and takes its hook off the import statement again.

PySide replaces `__import__` to offer `from __feature__ import …`, which is not used here. The hook
reads the source of every module imported after Qt (a third of the start), and asks half-imported
ones for attributes, which fails where a thread imports at the same time.
"""

import builtins

import PySide6.QtCore

_original = getattr(builtins, "__orig_import__", None)
if _original is not None:
    builtins.__import__ = _original

QT_VERSION = PySide6.QtCore.qVersion()
