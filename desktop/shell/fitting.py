"""Keeps windows within the screen they are on, at any scale."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

_FOLLOWED = "follows_screen"  # a property of windows
_FRAME = QSize(4, 32)  # assumed while the window manager has not added one yet


def room_for(window: QWidget) -> QSize:
    """Return the largest size of `window` without its frame, in logical pixels."""
    frame = _FRAME
    if window.internalWinId() and not (margins := window.windowHandle().frameMargins()).isNull():
        frame = QSize(margins.left() + margins.right(), margins.top() + margins.bottom())
    return window.screen().availableGeometry().size() - frame


def fit_to_screen(window: QWidget, size: QSize, least: QSize | None = None) -> None:
    """Resize `window` to `size` as far as the screen allows; never below `least` of it."""
    room = room_for(window)
    if least is not None:
        window.setMinimumSize(least.boundedTo(room))
    window.resize(size.boundedTo(room))


def stay_on_screen(window: QWidget, least: QSize) -> None:
    """Fit the shown `window` to each screen it moves to; call it once."""
    if window.property(_FOLLOWED):
        return
    window.setProperty(_FOLLOWED, True)

    def fit() -> None:
        if window.isVisible() and not window.isMaximized() and not window.isFullScreen():
            fit_to_screen(window, window.size(), least)

    window.windowHandle().screenChanged.connect(fit)
