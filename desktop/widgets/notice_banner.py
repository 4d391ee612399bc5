"""Shows the last notice in the window, until it is dismissed, settled or replaced."""

from PySide6.QtWidgets import QPushButton, QWidget

from desktop.look.theme import Theme
from desktop.shell.notice import Notice
from desktop.widgets.banner import Banner
from engine.language import _
from engine.watch.alert import Severity
from engine.wording.states import State

_STATES = {
    Severity.NOTICE: State.NORMAL,
    Severity.WARNING: State.DEGRADED,
    Severity.CRITICAL: State.EMERGENCY,
}


class NoticeBanner(Banner):
    """Holds one notice."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        dismiss = QPushButton(_("&Dismiss"))
        super().__init__(theme, State.NORMAL, dismiss, parent=parent)
        self._key = ""
        dismiss.clicked.connect(self.hide)

    def show_notice(self, notice: Notice) -> None:
        """Show the notice."""
        self._key = notice.key
        self.say(notice.title, notice.body, _STATES[notice.severity])

    def withdraw(self, key: str) -> None:
        """Hide the notice of this key, if it is shown."""
        if key == self._key:
            self.hide()
