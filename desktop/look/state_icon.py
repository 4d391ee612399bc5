"""Draws the state as a coloured shape: disc, triangle, octagon, or ring for not running."""

import math
from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from engine.wording.states import State

SIZES = (16, 22, 24, 32, 48, 64)

# Mid-tones: at least 3:1 against both a white and a black panel.
PANEL_COLOURS = {
    State.STARTING: "#757c87",
    State.STOPPED: "#757c87",
    State.FAILED: "#e5403a",
    State.NORMAL: "#178f47",
    State.DEGRADED: "#c26a00",
    State.EMERGENCY: "#e5403a",
}


def paint_state(painter: QPainter, box: QRectF, state: State, colour: QColor) -> None:
    """Fill `box` with the shape of `state`; inner marks are cut out, for any background."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    side = min(box.width(), box.height())
    painter.translate(box.center().x() - side / 2, box.center().y() - side / 2)
    painter.scale(side, side)
    if state in {State.STARTING, State.STOPPED}:
        painter.setPen(QPen(colour, 0.14))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(0.5, 0.5), 0.36, 0.36)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(colour))
        painter.drawPath(_shape(state))
    painter.restore()


@cache
def _shape(state: State) -> QPainterPath:
    path = QPainterPath()
    if state is State.NORMAL:
        path.addEllipse(QPointF(0.5, 0.5), 0.42, 0.42)
        return path
    marks = QPainterPath()
    if state in {State.DEGRADED, State.FAILED}:
        corners = [QPointF(0.5, 0.06), QPointF(0.98, 0.92), QPointF(0.02, 0.92)]
        marks.addRect(QRectF(0.44, 0.36, 0.12, 0.28))
        marks.addRect(QRectF(0.44, 0.71, 0.12, 0.12))
    else:
        turns = [math.radians(22.5 + 45 * corner) for corner in range(8)]
        corners = [QPointF(0.5 + 0.5 * math.cos(t), 0.5 + 0.5 * math.sin(t)) for t in turns]
        marks.addRect(QRectF(0.24, 0.43, 0.52, 0.14))
    path.addPolygon(QPolygonF(corners))
    path.closeSubpath()
    return path.subtracted(marks)


@cache
def state_icon(state: State) -> QIcon:
    """Return the tray's icon, with one pixmap for each usual panel size."""
    icon = QIcon()
    for size in SIZES:
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        paint_state(painter, QRectF(0, 0, size, size), state, QColor(PANEL_COLOURS[state]))
        painter.end()
        icon.addPixmap(pixmap)
    return icon
