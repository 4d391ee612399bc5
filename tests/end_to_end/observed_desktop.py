"""`gavatcore` that tells, a line of JSON for each line on stdin, how its engine is.

The desktop and its engine are the real ones; nothing is changed in them and nothing is commanded.
"""

import asyncio
import json
import sys
from typing import Any

from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

import desktop.app
from desktop.__main__ import main
from desktop.app import Desktop
from desktop.window import Window
from engine.engine import Engine


class ObservedDesktop(Desktop):
    """Answers while it lives."""

    async def run(self) -> int:
        answering = asyncio.create_task(_answer(), name="observer")
        try:
            return await super().run()
        finally:
            answering.cancel()
            await asyncio.gather(answering, return_exceptions=True)


async def _answer() -> None:
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while await lines.readline():
        sys.stdout.write(json.dumps(_observe()) + "\n")
        sys.stdout.flush()


def _observe() -> dict[str, Any]:
    """All that a test wants to know."""
    (window,) = (part for part in QApplication.topLevelWidgets() if isinstance(part, Window))
    engine = window._link
    told: dict[str, Any] = {
        "buttons": _buttons(),
        "notice": window.notice.accessibleName() if window.notice.isVisible() else None,
        "failure": window.failure.accessibleName() if window.failure.isVisible() else None,
        "locks": _locks(window),
        "engine": None,
    }
    if isinstance(engine, Engine):
        snapshot = engine.snapshot()
        told["engine"] = {
            "emergency": snapshot.emergency.cause if snapshot.emergency else None,
            "closed": [gate.value for gate in engine._gates.closed()],
            "online": snapshot.fleet.online,
            "answered": snapshot.fleet.answered,
        }
    return told


def _buttons() -> dict[str, dict[str, Any]]:
    """Every button that can be seen: the middle of it on the screen, and whether it works."""
    return {
        button.text().replace("&", ""): {
            "at": button.mapToGlobal(button.rect().center()).toTuple(),
            "enabled": button.isEnabled(),
            "checked": button.isChecked(),
        }
        for top in QApplication.topLevelWidgets()
        for button in top.findChildren(QAbstractButton)
        if _seen(button)
    }


def _seen(widget: QWidget) -> bool:
    return widget.isVisible() and not widget.visibleRegion().isEmpty()


def _locks(window: Window) -> list[list[str]] | None:
    """The rows of the dialog, while it is there."""
    dialog = window.locks_dialog
    if dialog is None or not dialog.isVisible():
        return None
    table = dialog.table
    return [
        [item.text() for column in range(table.columnCount()) if (item := table.item(row, column))]
        for row in range(table.rowCount())
    ]


if __name__ == "__main__":
    desktop.app.Desktop = ObservedDesktop  # type: ignore[misc]  # the one place a test looks in
    sys.exit(main())
