"""The window as a person sees it: with its frame, and whatever of ours lies over it."""

from pathlib import Path

from PySide6.QtGui import QGuiApplication, QPixmap
from PySide6.QtWidgets import QWidget

from engine.errors import GavatcoreError
from engine.language import _


class ScreenshotError(GavatcoreError):
    """The picture could not be saved."""


def take_screenshot(window: QWidget) -> QPixmap:
    """What the screen shows where `window` is; the window alone where the screen tells nothing."""
    if QGuiApplication.platformName() == "xcb":
        frame = window.frameGeometry().intersected(window.screen().virtualGeometry())
        picture = window.screen().grabWindow(0, frame.x(), frame.y(), frame.width(), frame.height())
        if not picture.isNull():
            return picture
    return window.grab()


def save_screenshot(window: QWidget, file: Path) -> None:
    """Write `file` in the format its ending names; raises ScreenshotError."""
    if not take_screenshot(window).save(str(file)):
        raise ScreenshotError(_("The screenshot {file} could not be saved.").format(file=file))
