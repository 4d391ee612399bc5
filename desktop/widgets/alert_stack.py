"""Shows the active alerts, most severe first, in one band; more than three are counted."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.look.plain_tip import plain_tip
from desktop.look.theme import Theme
from desktop.widgets.card import Card
from desktop.widgets.state_mark import StateMark, state_colour
from desktop.widgets.text import Text
from desktop.widgets.type_scale import GAP, body_font
from engine.language import _, ngettext
from engine.watch.alert import Alert, Severity
from engine.wording.formatting import clock_time
from engine.wording.states import State

_MOST = 3


class AlertStack(Card):
    """Shows at most three alerts, so that many of them leave room for the charts."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._worst = State.DEGRADED
        self._rows = [
            (StateMark(theme, 16), Text(theme, body_font()), Text(theme, body_font(), "quiet"))
            for _number in range(_MOST + 1)
        ]
        grid = QGridLayout(self)
        grid.setContentsMargins(14, GAP, 12, GAP)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for place, (mark, sentence, since) in enumerate(self._rows):
            sentence.setWordWrap(True)
            sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(mark, place, 0)
            grid.addWidget(sentence, place, 1)
            grid.addWidget(since, place, 2)
        self.hide()

    def show_alerts(self, alerts: tuple[Alert, ...], now: float) -> None:
        """Show these alerts; hidden if there are none."""
        words = [(_state_of(alert), alert.sentence, _since(alert, now)) for alert in alerts[:_MOST]]
        if rest := alerts[_MOST:]:
            text = ngettext("and {count} more alert", "and {count} more alerts", len(rest))
            words.append((_state_of(rest[0]), text.format(count=len(rest)), ""))
        for (mark, sentence, since), (state, said, moment) in zip(self._rows, words, strict=False):
            mark.set_state(state)
            sentence.say(said)
            since.say(moment)
        for place, row in enumerate(self._rows):
            for part in row:
                part.setVisible(place < len(words))
        self._tell(alerts, now)
        self.setVisible(bool(alerts))

    def _tell(self, alerts: tuple[Alert, ...], now: float) -> None:
        """Set the text for screen readers and the background colour, from all alerts."""
        name = "\n".join(f"{each.sentence} ({_since(each, now)})" for each in alerts)
        if name != self.accessibleName():
            self.setAccessibleName(name)
            self.setToolTip(plain_tip(name))
            self._worst = _state_of(alerts[0]) if alerts else State.DEGRADED
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        colours = self.theme.colours
        critical = self._worst is State.EMERGENCY
        ground = colours.emergency_ground if critical else colours.degraded_ground
        painter = QPainter(self)
        self.paint_ground(painter, ground, state_colour(colours, self._worst))
        painter.end()


def _state_of(alert: Alert) -> State:
    return State.EMERGENCY if alert.severity is Severity.CRITICAL else State.DEGRADED


def _since(alert: Alert, now: float) -> str:
    return _("first seen {time}").format(time=clock_time(alert.since, now=now))
