"""Takes a picture of the window as a person sees it: with its frame and our windows over it."""

from pathlib import Path

from PySide6.QtGui import QGuiApplication, QPixmap
from PySide6.QtWidgets import QWidget

from engine.errors import GavatcoreError
from engine.language import _


class ScreenshotError(GavatcoreError):
    """The picture could not be saved."""


def take_screenshot(window: QWidget) -> QPixmap:
    """Return the screen's contents at `window`, or the window alone if the screen is unreadable."""
    if QGuiApplication.platformName() == "xcb":
        frame = window.frameGeometry().intersected(window.screen().virtualGeometry())
        picture = window.screen().grabWindow(0, frame.x(), frame.y(), frame.width(), frame.height())
        if not picture.isNull():
            return picture
    return window.grab()


def save_screenshot(window: QWidget, file: Path) -> None:
    """Write `file` in the format of its suffix; raises ScreenshotError."""
    if not take_screenshot(window).save(str(file)):
        raise ScreenshotError(_("The screenshot {file} could not be saved.").format(file=file))
