"""Shows on the screen why the program ends: a Qt dialog, or another one if Qt fails."""

import os
import shutil
import signal
import subprocess
import sys
from types import TracebackType
from typing import Any, Self

from desktop.shell.display import has_screen
from engine.language import _
from engine.telemetry.last_words import say

_HELPERS = (  # dialog programs of desktops, best first; each gets the sentence
    ("zenity", "--error", "--no-markup", "--title=Gavatcore", "--text"),
    ("kdialog", "--title", "Gavatcore", "--error"),
    ("xmessage", "-center", "-title", "Gavatcore"),
    ("notify-send", "Gavatcore"),
)


def show_last_words(sentence: str, seconds: float | None = None) -> None:
    """Show the sentence until it is closed, at most `seconds`; nothing without a screen."""
    if not has_screen():
        return
    # No loop of ours runs that would handle them.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    try:
        with FatalQt(seconds):
            _show_by_qt(sentence, seconds)
    except ImportError:
        _show_by_helper(sentence, seconds)


def _show_by_qt(sentence: str, seconds: float | None) -> None:
    from PySide6.QtCore import Qt, QTimer  # noqa: PLC0415 - it may be what is missing
    from PySide6.QtWidgets import QApplication, QMessageBox  # noqa: PLC0415 - as above

    app = QApplication.instance() or QApplication(["gavatcore"])
    app.setApplicationName("Gavatcore")
    box = QMessageBox(QMessageBox.Icon.Critical, "Gavatcore", sentence)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.addButton(_("&Close"), QMessageBox.ButtonRole.AcceptRole)
    if seconds is not None:
        QTimer.singleShot(int(seconds * 1000), box.close)
    box.exec()
    del app


def _show_by_helper(sentence: str, seconds: float | None) -> None:
    for name, *options in _HELPERS:
        if (program := shutil.which(name)) is None:
            continue
        try:
            subprocess.run(  # noqa: S603 - a program of the desktop's, and a sentence of ours
                [program, *options, sentence], check=False, timeout=seconds, capture_output=True
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        return


class FatalQt:
    """Lets a fatal Qt error end with a sentence instead of an abort, while it is entered."""

    def __init__(self, seconds: float | None = None) -> None:
        """Show the sentence for at most `seconds`; None: until it is closed."""
        self._seconds = seconds
        self._warnings: list[str] = []
        self._before: Any = None

    def __enter__(self) -> Self:
        from PySide6.QtCore import qInstallMessageHandler  # noqa: PLC0415 - it may be missing

        self._before = qInstallMessageHandler(self._heard)
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        from PySide6.QtCore import qInstallMessageHandler  # noqa: PLC0415 - loaded by now

        qInstallMessageHandler(self._before)

    def _heard(self, kind: Any, _context: Any, message: str) -> None:
        from PySide6.QtCore import QtMsgType  # noqa: PLC0415 - loaded by now

        if kind != QtMsgType.QtFatalMsg:
            self._warnings.append(" ".join(message.split()))
            return
        reason = " ".join(self._warnings[-2:]) or message.partition("\n")[0]
        platform = os.environ.get("QT_QPA_PLATFORM") or sys.platform
        sentence = _("Qt cannot open a window here ({platform}). {reason}").format(
            platform=platform, reason=reason
        )
        say(sentence)
        if has_screen():
            _show_by_helper(sentence, self._seconds)
        os._exit(2)  # Qt would abort next
