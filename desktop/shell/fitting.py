"""Makes windows no larger than the screen they are on, whatever its scale."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

_FOLLOWED = "follows_screen"  # a property of windows
_FRAME = QSize(4, 32)  # of a window manager that has not put one around it yet


def room_for(window: QWidget) -> QSize:
    """The largest size of `window` without its frame, in logical pixels."""
    frame = _FRAME
    if window.internalWinId() and not (margins := window.windowHandle().frameMargins()).isNull():
        frame = QSize(margins.left() + margins.right(), margins.top() + margins.bottom())
    return window.screen().availableGeometry().size() - frame


def fit_to_screen(window: QWidget, size: QSize, least: QSize | None = None) -> None:
    """Give `window` this size, or what there is room for; no less than `least` of it."""
    room = room_for(window)
    if least is not None:
        window.setMinimumSize(least.boundedTo(room))
    window.resize(size.boundedTo(room))


def stay_on_screen(window: QWidget, least: QSize) -> None:
    """Fit the shown `window` to each screen it comes to, from now on; once is enough."""
    if window.property(_FOLLOWED):
        return
    window.setProperty(_FOLLOWED, True)

    def fit() -> None:
        if window.isVisible() and not window.isMaximized() and not window.isFullScreen():
            fit_to_screen(window, window.size(), least)

    window.windowHandle().screenChanged.connect(fit)
