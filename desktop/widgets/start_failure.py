"""Shows why the engine did not start, and what a person can do."""

from PySide6.QtWidgets import QWidget

from desktop.actions import Actions
from desktop.look.theme import Theme
from desktop.widgets.action_button import ActionButton
from desktop.widgets.banner import Banner
from engine.language import _
from engine.wording.states import State


class StartFailure(Banner):
    """Stays until the next try."""

    def __init__(self, theme: Theme, actions: Actions, parent: QWidget | None = None) -> None:
        buttons = ActionButton(actions.open_folder), ActionButton(actions.try_again)
        super().__init__(theme, State.FAILED, *buttons, parent=parent)

    def show_failure(self, sentence: str | None) -> None:
        """Show the sentence; None: the engine is starting, or has started."""
        if sentence is None:
            self.hide()
        else:
            self.say(_("The engine did not start"), sentence)
