"""Collects every uncaught error in one place, each exactly once.

Qt's slots and timers, tasks, callbacks, threads, finalisers and Qt's own warnings each have a hook.
All hooks call the one function given to `ErrorSink`.
"""

import asyncio
import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Any

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from engine.errors import described
from engine.telemetry.tracebacks import trace_of


class Origin(StrEnum):
    """The place where an error occurred."""

    SLOT = "slot"
    LOOP = "loop"
    THREAD = "thread"
    FINALISER = "finaliser"
    QT = "qt"


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """One uncaught error; `error` is None if Qt or asyncio only gave a text."""

    origin: Origin
    message: str
    error: BaseException | None = None
    fatal: bool = False


Report = Callable[[ErrorReport], None]

_REPORTED_BY_QT = (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)


class ErrorSink:
    """Owns the process's error hooks from `install` to `uninstall`; `report` may run on any thread.

    KeyboardInterrupt and SystemExit are not errors, and pass.
    """

    def __init__(self, report: Report) -> None:
        self._report = report
        self._reporting = threading.local()
        self._restore: contextlib.ExitStack | None = None

    def install(self, loop: asyncio.AbstractEventLoop) -> None:
        """Replace the hooks; `uninstall` restores the former ones."""
        if self._restore is not None:
            raise RuntimeError("the error sink is installed already")
        stack = contextlib.ExitStack()
        self._restore = stack
        stack.callback(setattr, sys, "excepthook", sys.excepthook)
        stack.callback(setattr, threading, "excepthook", threading.excepthook)
        stack.callback(setattr, sys, "unraisablehook", sys.unraisablehook)
        stack.callback(loop.set_exception_handler, loop.get_exception_handler())
        stack.callback(qInstallMessageHandler, qInstallMessageHandler(self._from_qt))
        sys.excepthook = self._from_slot
        threading.excepthook = self._from_thread
        sys.unraisablehook = self._from_finaliser
        loop.set_exception_handler(self._from_loop)

    def uninstall(self) -> None:
        """Restore the hooks; harmless if they are not installed."""
        if self._restore is not None:
            self._restore.close()
            self._restore = None

    @contextlib.contextmanager
    def installed(self, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
        """Install the hooks for a `with` block."""
        self.install(loop)
        try:
            yield
        finally:
            self.uninstall()

    def report(self, origin: Origin, message: str, error: BaseException | None = None) -> None:
        """Report an error caught by hand, at most once like the others."""
        self._deliver(ErrorReport(origin, message, error))

    def _from_slot(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if isinstance(error, KeyboardInterrupt | SystemExit):
            sys.__excepthook__(kind, error, trace)
            return
        self._deliver(ErrorReport(Origin.SLOT, _described(error), error))

    def _from_thread(self, arguments: threading.ExceptHookArgs) -> None:
        error = arguments.exc_value
        if error is None or isinstance(error, SystemExit):
            return
        name = arguments.thread.name if arguments.thread is not None else "a thread"
        self._deliver(ErrorReport(Origin.THREAD, f"{name}: {_described(error)}", error))

    def _from_finaliser(self, arguments: Any) -> None:
        error: BaseException | None = arguments.exc_value
        said = arguments.err_msg or "Exception ignored"
        message = said if error is None else f"{said}: {_described(error)}"
        self._deliver(ErrorReport(Origin.FINALISER, message, error))

    def _from_loop(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error: BaseException | None = context.get("exception")
        # asyncio's text contains the callback's arguments.
        said = str(context.get("message", "")).partition(" in callback ")[0]
        self._deliver(ErrorReport(Origin.LOOP, said or "Unhandled error in the event loop", error))

    def _from_qt(self, kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        if kind in _REPORTED_BY_QT:
            fatal = kind == QtMsgType.QtFatalMsg
            self._deliver(ErrorReport(Origin.QT, message, fatal=fatal))

    def _deliver(self, report: ErrorReport) -> None:
        if report.error is not None and not self._first_time(report.error):
            return
        if getattr(self._reporting, "now", False):
            # An error while reporting must not report itself for ever.
            _print(report)
            return
        self._reporting.now = True
        try:
            self._report(report)
        except Exception as error:  # noqa: BLE001 - nobody is left to tell but stderr
            _print(report)
            _print(ErrorReport(report.origin, f"while reporting it: {_described(error)}", error))
        finally:
            self._reporting.now = False

    def _first_time(self, error: BaseException) -> bool:
        # The error itself is marked: a list of errors would keep their frames alive.
        marks = vars(error)
        if marks.get("_reported_to") is self:
            return False
        marks["_reported_to"] = self
        return True


def _described(error: BaseException) -> str:
    name, text = type(error).__name__, described(error)
    return text if text.startswith(name) else f"{name}: {text}"


def _print(report: ErrorReport) -> None:
    # Without a console, as under pythonw, stderr does not exist.
    if sys.stderr is not None:
        trace = f"\n{trace_of(report.error)}" if report.error is not None else ""
        sys.stderr.write(f"{report.origin}: {report.message}{trace}\n")
