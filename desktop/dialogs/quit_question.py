"""Asks before closing the window ends the bots, if no tray could keep the program running."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from engine.language import _, ngettext, number


def ask_to_quit(window: QWidget, bots: int, leave: Callable[[], None]) -> None:
    """Call `leave` if the person confirms; otherwise minimise the window."""
    if window.findChild(QuitQuestion) is not None:
        return

    def answered() -> None:
        if question.clickedButton() is question.leave:
            leave()
        else:
            window.showMinimized()

    question = QuitQuestion(bots, window)
    question.finished.connect(answered)
    question.open()


class QuitQuestion(QMessageBox):
    """Offers two answers; the safe one has the focus, and Esc means it."""

    def __init__(self, bots: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Gavatcore")
        self.setIcon(QMessageBox.Icon.Warning)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(_("Quit Gavatcore?"))
        what_goes = ngettext(
            "There is no tray that could keep it. {count} bot answers nobody until it is "
            "started again; what people write meanwhile is answered then.",
            "There is no tray that could keep it. {count} bots answer nobody until it is "
            "started again; what people write meanwhile is answered then.",
            bots,
        )
        self.setInformativeText(what_goes.format(count=number(bots)))
        self.leave = self.addButton(_("&Quit"), QMessageBox.ButtonRole.DestructiveRole)
        self.minimise = self.addButton(_("&Minimize"), QMessageBox.ButtonRole.RejectRole)
        self.setDefaultButton(self.minimise)
        self.setEscapeButton(self.minimise)
