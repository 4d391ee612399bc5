"""How regularly the window repaints while the engine keeps the loop as busy as it can."""

import asyncio
import itertools
import json
import statistics
import subprocess
import sys
import time

from tests.performance.contenders import TIMEOUT, new_loop
from tests.performance.table import Table

NAME = "frames"

FRAMES = 250
REPAINT_MS = 16


async def _paint(busy: bool) -> list[float]:
    from PySide6.QtCore import Qt, QTimer  # noqa: PLC0415 - only the process that paints needs Qt
    from PySide6.QtGui import QPainter, QPaintEvent  # noqa: PLC0415
    from PySide6.QtWidgets import QWidget  # noqa: PLC0415

    times: list[float] = []

    class Canvas(QWidget):
        def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
            painter = QPainter(self)
            painter.fillRect(event.rect(), Qt.GlobalColor.white)
            for n in range(100):
                painter.drawLine(0, n * 4, self.width(), (n * 37 + len(times)) % self.height())
            times.append(time.perf_counter())

    async def work() -> None:
        while True:
            sum(range(500))
            await asyncio.sleep(0)

    canvas = Canvas()
    canvas.resize(640, 400)
    canvas.show()
    repaint = QTimer(canvas)
    repaint.setTimerType(Qt.TimerType.PreciseTimer)
    repaint.timeout.connect(canvas.update)
    repaint.start(REPAINT_MS)
    tasks = [asyncio.create_task(work()) for _ in range(100 if busy else 0)]
    while len(times) <= FRAMES:
        await asyncio.sleep(0.05)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return [(b - a) * 1000 for a, b in itertools.pairwise(times)]


def _measure(contender: str, load: str) -> tuple[str, ...]:
    command = [sys.executable, "-m", "tests.performance.frames", contender, load]
    done = subprocess.run(command, stdout=subprocess.PIPE, timeout=TIMEOUT, check=True)
    intervals: list[float] = json.loads(done.stdout)
    p95 = statistics.quantiles(intervals, n=20)[-1]
    figures = (statistics.median(intervals), p95, max(intervals))
    return (contender, load, *(f"{figure:.1f}" for figure in figures))


def run() -> Table:
    """Milliseconds between paints of a 640 × 400 widget that asks for one every 16 ms."""
    rows = [_measure(c, load) for c in ("qasync", "gavatcore") for load in ("idle", "saturated")]
    return Table(
        "Frame interval under a saturated engine, ms",
        ("loop", "engine", "p50", "p95", "max"),
        tuple(rows),
        "Saturated: 100 tasks that compute for some 10 µs and yield, for ever; 250 frames.",
    )


if __name__ == "__main__":
    _loop = new_loop(sys.argv[1])
    print(json.dumps(_loop.run_until_complete(_paint(sys.argv[2] == "saturated"))))
    _loop.close()
