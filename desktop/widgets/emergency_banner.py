"""Shows since when and why emergency mode is on, what it switches off, and how to end it."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.look.theme import Theme
from desktop.widgets.banner import Banner
from engine.language import _
from engine.watch.emergency_state import EmergencyState
from engine.wording.emergency import emergency_effect, emergency_title
from engine.wording.states import State


class EmergencyBanner(Banner):
    """Takes `switch`, the checkable action that turns emergency mode on and off."""

    def __init__(self, theme: Theme, switch: QAction, parent: QWidget | None = None) -> None:
        leave = QPushButton(_("Lea&ve emergency mode"))
        super().__init__(theme, State.EMERGENCY, leave, parent=parent)
        leave.clicked.connect(lambda: switch.trigger() if switch.isChecked() else None)

    def show_emergency(self, emergency: EmergencyState | None, now: float) -> None:
        """Show the emergency, or hide the banner for None; `now` in seconds since the epoch."""
        if emergency is None:
            self.hide()
        else:
            self.say(emergency_title(emergency, now), emergency_effect(emergency))
