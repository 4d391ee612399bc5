"""Implements one event loop for Qt and the engine: asyncio's scheduling in short turns of Qt.

qasync gives every callback a Qt timer and every socket a notifier; both are expensive. This loop
keeps qasync's interface, but Qt watches at most three things, however busy the engine is: a timer
that fires at once while there is work, a precise timer for the next deadline, and, where the kernel
has epoll, one notifier for all sockets. A turn works for at most `BUDGET` seconds, so that Qt can
paint in between.
"""

import asyncio
import contextlib
import math
import signal
import sys
import threading
from asyncio import events
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, cast

from desktop.event_loop.turns import TurnLoop
from desktop.event_loop.watching import TurnObserver

READ_SIZE = 65_536
"""Bytes a socket is read at once: asyncio's 256 KiB cost a memory mapping every time."""


class QtLoop(TurnLoop):
    """An asyncio loop inside Qt's.

    Only `stop()` ends it: when Qt quits, `aboutToQuit` is emitted and the loop continues, so the
    engine's shutdown may await. A Qt loop inside a callback, such as a modal dialog's `exec()`,
    keeps all other tasks running.
    """

    def _make_socket_transport(self, *args: Any, **options: Any) -> asyncio.Transport:
        transport = super()._make_socket_transport(*args, **options)
        if hasattr(transport, "max_size"):
            transport.max_size = READ_SIZE
        return cast("asyncio.Transport", transport)

    def watch_turns(self, listener: TurnObserver) -> Callable[[], None]:
        """Tell `listener` how long what is due waits, until what is returned is called."""
        return self._watch.listen(listener)

    def stop(self) -> None:
        """End `run_forever` after the callbacks that are ready now."""
        self._stopping = True
        if not self._armed:
            self._arm()

    def run_forever(self) -> None:
        """Run until `stop()`.

        Raises:
            RuntimeError: the loop is closed or running, or another one runs on this thread.
            KeyboardInterrupt, SystemExit: raised by a callback, or asked for with Ctrl+C.
        """
        self._check_closed()
        self._check_running()
        hooks = sys.get_asyncgen_hooks()
        self._set_coroutine_origin_tracking(self._debug)
        try:
            self._thread_id = threading.get_ident()
            sys.set_asyncgen_hooks(
                firstiter=self._asyncgen_firstiter_hook, finalizer=self._asyncgen_finalizer_hook
            )
            events._set_running_loop(self)
            with self._watching(), self._interruptible():
                # Qt's quit() also ends exec(), but only stop() ends the loop.
                while not self._ended:
                    self._app.exec()
        finally:
            self._stopping = False
            self._ended = False
            self._thread_id = None
            events._set_running_loop(None)
            self._set_coroutine_origin_tracking(False)
            sys.set_asyncgen_hooks(*hooks)
        raised, self._raised = self._raised, None
        if raised is not None:
            raise raised

    @contextlib.contextmanager
    def _watching(self) -> Iterator[None]:
        """Let Qt watch timers and sockets inside."""
        self._before_run_forever()
        if self._notifier is not None:
            self._notifier.setEnabled(True)
        self._arm()
        try:
            yield
        finally:
            self._armed = True
            self._wake.stop()
            self._deadline.stop()
            self._armed_until = math.inf
            if self._notifier is not None:
                self._notifier.setEnabled(False)
            self._after_run_forever()

    @contextlib.contextmanager
    def _interruptible(self) -> Iterator[None]:
        """Let signals wake Qt inside, and let Ctrl+C end the loop rather than a slot."""
        if threading.current_thread() is not threading.main_thread() or sys.platform == "win32":
            yield
            return
        before = signal.set_wakeup_fd(self._csock.fileno())
        handler = signal.getsignal(signal.SIGINT)
        if handler is signal.default_int_handler:
            signal.signal(signal.SIGINT, self._interrupted)
        try:
            yield
        finally:
            if handler is signal.default_int_handler:
                signal.signal(signal.SIGINT, handler)
            signal.set_wakeup_fd(before)

    def _interrupted(self, number: int, frame: FrameType | None) -> None:
        if self._raised is not None:  # asked twice: a running callback keeps the loop from ending
            signal.default_int_handler(number, frame)
        self._raised = KeyboardInterrupt()
        self._end()

    def close(self) -> None:
        """Release timers, sockets and threads; the loop cannot run again."""
        if self.is_closed():
            return
        if self.is_running():
            raise RuntimeError("Cannot close a running event loop")
        self._wake.stop()
        self._deadline.stop()
        if self._notifier is not None:
            self._notifier.setEnabled(False)
        super().close()
        self._batch.clear()

    if sys.platform != "win32":

        def remove_signal_handler(self, sig: int) -> bool:
            """Forget the handler; return True if there was one. Others still wake the loop."""
            removed: bool = super().remove_signal_handler(sig)
            if self._thread_id == threading.main_thread().ident:
                signal.set_wakeup_fd(self._csock.fileno())
            return removed
