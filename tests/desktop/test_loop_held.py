"""What holds the Qt loop is noticed, whoever does it, and no timer is needed for it."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEventLoop, QTimer

from desktop.event_loop.loop import QtLoop
from engine.watch.lag import LagMeter

_HELD = 0.08  # s


@contextmanager
def _measured(loop: QtLoop) -> Iterator[LagMeter]:
    meter = LagMeter(loop)
    meter.start()
    try:
        yield meter
    finally:
        meter.stop()


def _compute() -> None:
    """Take CPU time, of which another process can take nothing away."""
    until = time.thread_time() + _HELD
    while time.thread_time() < until:
        pass


async def _after_a_slot(slot: object) -> None:
    """Wait, with nothing due in the loop, until Qt has called `slot`."""
    done = asyncio.Event()
    QTimer.singleShot(5, slot)  # type: ignore[call-overload]  # any callable
    QTimer.singleShot(10 + int(_HELD * 1000), done.set)
    await done.wait()


def test_a_callback_that_waits_is_seen(loop: QtLoop) -> None:
    async def main() -> float:
        with _measured(loop) as meter:
            loop.call_soon(time.sleep, _HELD)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            return meter.take_worst()

    assert loop.run_until_complete(main()) >= _HELD * 1000


def test_a_slot_that_computes_is_seen_though_nothing_else_is_due(loop: QtLoop) -> None:
    async def main() -> float:
        with _measured(loop) as meter:
            await asyncio.sleep(0)
            meter.take_worst()
            await _after_a_slot(_compute)
            return meter.take_worst()

    assert loop.run_until_complete(main()) >= _HELD * 900


def test_a_slot_that_waits_is_seen_by_what_was_due_meanwhile(loop: QtLoop) -> None:
    async def main() -> float:
        with _measured(loop) as meter:
            await asyncio.sleep(0)
            meter.take_worst()
            QTimer.singleShot(5, lambda: time.sleep(_HELD))
            await asyncio.sleep(0.025)
            return meter.take_worst()

    assert loop.run_until_complete(main()) >= _HELD * 500


def test_a_task_begun_by_a_slot_waits_for_the_slot(loop: QtLoop) -> None:
    async def main() -> float:
        with _measured(loop) as meter:
            ran = asyncio.Event()

            def slot() -> None:
                loop.call_soon(ran.set)
                time.sleep(_HELD)

            QTimer.singleShot(5, slot)
            await ran.wait()
            return meter.take_worst()

    assert loop.run_until_complete(main()) >= _HELD * 1000


def test_a_dialog_opened_by_a_callback_holds_nobody(loop: QtLoop) -> None:
    """It may stand for minutes; a second is enough to be told from what else there is."""

    async def main() -> float:
        with _measured(loop) as meter:
            await asyncio.sleep(0)
            meter.take_worst()
            dialog = QEventLoop()
            QTimer.singleShot(1000, dialog.quit)
            dialog.exec()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            return meter.take_worst()

    assert loop.run_until_complete(main()) < 900


def test_an_idle_loop_is_not_woken_to_be_measured(loop: QtLoop) -> None:
    turns = 0
    turn = loop._turn

    def counted() -> None:
        nonlocal turns
        turns += 1
        turn()

    async def main() -> None:
        with _measured(loop):
            loop._deadline.timeout.connect(counted)
            await asyncio.sleep(0.5)
            loop._deadline.timeout.disconnect(counted)

    loop.run_until_complete(main())
    assert turns <= 1
