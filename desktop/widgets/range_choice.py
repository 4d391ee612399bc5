"""Offers the time ranges of the charts: the history's four rings."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from desktop.widgets.type_scale import caption_font
from engine.language import _
from engine.watch.history import Resolution


class RangeChoice(QWidget):
    """Four buttons of which one is pressed; arrow keys move between them."""

    changed = Signal(object)  # Resolution

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Time range of the charts"))
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for resolution, text in (
            (Resolution.SECOND, _("15 min")),
            (Resolution.TEN_SECONDS, _("3 h")),
            (Resolution.MINUTE, _("1 day")),
            (Resolution.QUARTER, _("31 days")),
        ):
            button = QPushButton(text)
            button.setFont(caption_font())
            button.setProperty("segment", True)
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setAccessibleName(_("Show the last {span}").format(span=text))
            self._group.addButton(button, int(resolution))
            row.addWidget(button)
        self._group.button(int(Resolution.SECOND)).setChecked(True)
        self._group.idClicked.connect(lambda number: self.changed.emit(Resolution(number)))

    @property
    def resolution(self) -> Resolution:
        """The chosen ring."""
        return Resolution(self._group.checkedId())
