"""An error in a slot, task, thread, callback, finaliser or Qt itself reaches one sink, once."""

import asyncio
import gc
import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt, QTimer, Signal, qWarning

from desktop.event_loop.error_sink import ErrorReport, ErrorSink, Origin
from desktop.event_loop.loop import QtLoop


class Broken(Exception):  # noqa: N818 - reads better in these tests
    pass


class Button(QObject):
    clicked = Signal()


@pytest.fixture
def reports(loop: QtLoop) -> Iterator[list[ErrorReport]]:
    reports: list[ErrorReport] = []
    with ErrorSink(reports.append).installed(loop):
        yield reports


def _fail() -> None:
    raise Broken("on purpose")


def _only(reports: list[ErrorReport]) -> ErrorReport:
    gc.collect()
    assert len(reports) == 1, reports
    return reports[0]


def test_from_a_slot(loop: QtLoop, reports: list[ErrorReport]) -> None:
    button = Button()
    button.clicked.connect(_fail, Qt.ConnectionType.QueuedConnection)
    button.clicked.emit()
    loop.run_until_complete(asyncio.sleep(0.005))
    assert isinstance(_only(reports).error, Broken)
    assert reports[0].origin is Origin.SLOT


def test_from_a_qt_timer(loop: QtLoop, reports: list[ErrorReport]) -> None:
    QTimer.singleShot(0, _fail)
    loop.run_until_complete(asyncio.sleep(0.005))
    assert isinstance(_only(reports).error, Broken)


def test_from_a_callback(loop: QtLoop, reports: list[ErrorReport]) -> None:
    loop.call_soon(_fail)
    loop.run_until_complete(asyncio.sleep(0))
    assert isinstance(_only(reports).error, Broken)
    assert reports[0].origin is Origin.LOOP


def test_from_a_task_nobody_awaited(loop: QtLoop, reports: list[ErrorReport]) -> None:
    async def fail() -> None:
        _fail()

    async def main() -> None:
        task = asyncio.create_task(fail())
        await asyncio.sleep(0)
        del task

    loop.run_until_complete(main())
    assert isinstance(_only(reports).error, Broken)


def test_no_report_repeats_the_words_of_an_error_or_of_a_callback(
    loop: QtLoop, reports: list[ErrorReport]
) -> None:
    words = "my sister is in hospital"

    def fail(text: str) -> None:
        raise KeyError(text)

    loop.call_soon(fail, words)
    thread = threading.Thread(target=fail, args=(words,))
    thread.start()
    thread.join()
    QTimer.singleShot(0, lambda: fail(words))
    loop.run_until_complete(asyncio.sleep(0.005))
    assert len(reports) == 3
    assert not any(words in report.message for report in reports)
    assert "KeyError" in reports[0].message


def test_from_a_thread(loop: QtLoop, reports: list[ErrorReport]) -> None:
    thread = threading.Thread(target=_fail, name="reader")
    thread.start()
    thread.join()
    assert isinstance(_only(reports).error, Broken)
    assert reports[0].origin is Origin.THREAD
    assert "reader" in reports[0].message


def test_from_a_finaliser(loop: QtLoop, reports: list[ErrorReport]) -> None:
    class Leaky:
        def __del__(self) -> None:
            _fail()

    Leaky()
    assert isinstance(_only(reports).error, Broken)
    assert reports[0].origin is Origin.FINALISER


def test_from_qt_itself(loop: QtLoop, reports: list[ErrorReport]) -> None:
    qWarning("the platform is odd")
    report = _only(reports)
    assert (report.origin, report.message, report.error) == (Origin.QT, "the platform is odd", None)
    assert not report.fatal


def test_one_error_on_two_ways_is_reported_once(loop: QtLoop, reports: list[ErrorReport]) -> None:
    async def main() -> None:
        future = asyncio.get_running_loop().create_future()
        error = Broken()
        future.set_exception(error)
        sys.excepthook(Broken, error, None)
        del future

    loop.run_until_complete(main())
    _only(reports)


def test_two_errors_alike_are_two_reports(loop: QtLoop, reports: list[ErrorReport]) -> None:
    loop.call_soon(_fail)
    loop.call_soon(_fail)
    loop.run_until_complete(asyncio.sleep(0))
    assert len(reports) == 2


def test_the_loop_goes_on_after_errors(loop: QtLoop, reports: list[ErrorReport]) -> None:
    loop.call_soon(_fail)
    QTimer.singleShot(0, _fail)
    assert loop.run_until_complete(asyncio.sleep(0.005, "alive")) == "alive"
    assert len(reports) == 2


def test_a_sink_that_fails_tells_stderr(loop: QtLoop, capsys: pytest.CaptureFixture[str]) -> None:
    def report(_: ErrorReport) -> None:
        raise ValueError("the disk is full")

    with ErrorSink(report).installed(loop):
        loop.call_soon(_fail)
        loop.run_until_complete(asyncio.sleep(0))
    said = capsys.readouterr().err
    assert "while reporting it: ValueError" in said
    assert "in _fail" in said


def test_uninstall_restores_the_hooks(loop: QtLoop) -> None:
    def hooks() -> tuple[object, ...]:
        return (
            sys.excepthook,
            threading.excepthook,
            sys.unraisablehook,
            loop.get_exception_handler(),
        )

    before = hooks()
    sink = ErrorSink(lambda _: None)
    sink.install(loop)
    assert not set(map(id, hooks())) & set(map(id, before))
    with pytest.raises(RuntimeError, match="already"):
        sink.install(loop)
    sink.uninstall()
    sink.uninstall()
    assert hooks() == before
