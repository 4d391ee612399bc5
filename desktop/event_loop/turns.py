"""Schedules the event loop's turns, and decides when Qt wakes it and for how long."""

import asyncio
import heapq
import math
import selectors
import sys
import time
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import Any, cast

import qasync
from PySide6.QtCore import QCoreApplication, QSocketNotifier, Qt, QTimer

from desktop.event_loop.slow_callbacks import run_watched
from desktop.event_loop.suspended import SuspendedReaders
from desktop.event_loop.watching import TurnWatch

BUDGET = 0.002
"""Seconds a turn may work before Qt's own events come first again.

With 8 ms one frame in twenty came more than 20 ms after the last while the engine was saturated; a
shorter turn costs no throughput that could be measured.
"""

POLL_INTERVAL = 0.001
"""Seconds that ready callbacks may run before the sockets are looked at again."""

LONGEST_TIMER = 86_400.0
"""Seconds; Qt counts milliseconds in 32 bits, so a later deadline is looked at again in a day."""

_FROM_ASYNCIO = (
    "_add_callback",
    "call_exception_handler",
    "call_later",
    "default_exception_handler",
    "get_debug",
    "is_running",
    "run_in_executor",
    "run_until_complete",
    "set_debug",
    "set_default_executor",
    "set_exception_handler",
)
_FROM_ASYNCIO_WITH_EPOLL = ("_add_reader", "_add_writer", "_remove_reader", "_remove_writer")
_HAS_EPOLL = hasattr(selectors, "EpollSelector")


class TurnLoop(qasync.QEventLoop):  # type: ignore[misc]  # qasync ships no types
    """Schedules like asyncio, and works in turns that Qt's timers and notifiers begin."""

    # Owned by asyncio's base classes; the private half of TimerHandle is in no type stub.
    _ready: deque[asyncio.Handle]
    _scheduled: list[Any]
    _selector: Any
    _timer_cancelled_count: int
    _thread_id: int | None
    _stopping: bool
    _debug: bool

    def __init__(self, app: QCoreApplication | None = None) -> None:
        """Wrap `app`, or the existing application; call it on Qt's thread."""
        self._app = app or cast("QCoreApplication", QCoreApplication.instance())
        self._batch: deque[asyncio.Handle] = deque()
        self._running: asyncio.Handle | None = None
        self._suspended: list[asyncio.Handle] = []
        self._quiet: dict[int, int] = {}
        self._raised: BaseException | None = None
        self._ended = False
        self._watch = TurnWatch()
        # True while a turn is certain to come: nobody has to ask for one.
        self._armed = True
        self._armed_until = math.inf
        self._notifier: QSocketNotifier | None = None
        self._wake = QTimer()
        self._wake.setInterval(0)
        self._wake.timeout.connect(self._turn)
        self._deadline = QTimer()
        self._deadline.setSingleShot(True)
        self._deadline.setTimerType(Qt.TimerType.PreciseTimer)
        self._deadline.timeout.connect(self._deadline_reached)
        super().__init__(self._app)

    def _make_self_pipe(self) -> None:
        # The constructor uses the selector first: this is the last moment to choose another one.
        if _HAS_EPOLL:
            self._selector.close()
            self._selector = selectors.EpollSelector()
            self._readers = SuspendedReaders(self._selector, self._quiet)
            self._notifier = QSocketNotifier(
                self._selector.fileno(), QSocketNotifier.Type.Read, self._wake
            )
            self._notifier.setEnabled(False)
            self._notifier.activated.connect(self._turn)
        super()._make_self_pipe()

    # Scheduling.

    def time(self) -> float:
        """Return the seconds of the monotonic clock."""
        return time.monotonic()

    def call_soon(
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """Run `callback` in the next round; first in, first out."""
        self._check_closed()
        if self._debug:
            self._check_thread()
            self._check_callback(callback, "call_soon")
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        if not self._armed:
            self._arm()
        return handle

    def call_at(
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Run `callback` at `when` on the clock of `time()`, never earlier."""
        self._check_closed()
        if self._debug:
            self._check_thread()
            self._check_callback(callback, "call_at")
        timer: Any = asyncio.TimerHandle(when, callback, args, self, context)
        timer._scheduled = True
        heapq.heappush(self._scheduled, timer)
        if not self._armed and when < self._armed_until:
            self._arm()
        return cast("asyncio.TimerHandle", timer)

    if sys.platform != "win32":

        def call_soon_threadsafe(
            self, callback: Callable[..., object], *args: Any, context: Context | None = None
        ) -> asyncio.Handle:
            """Schedule like `call_soon`, from any thread."""
            self._check_closed()
            if self._debug:
                self._check_callback(callback, "call_soon_threadsafe")
            handle = asyncio.Handle(callback, args, self, context)
            self._ready.append(handle)
            if not self._armed:
                self._write_to_self()
            return handle

    def _arm(self) -> None:
        self._armed = True
        self._watch.due_at = min(self._watch.due_at, time.monotonic())
        self._wake.start()

    # Turns.

    def _deadline_reached(self) -> None:
        self._armed_until = math.inf
        self._turn()

    def _turn(self) -> None:
        if self._thread_id is None:
            return
        # Restarted: Qt does not fire a timer whose slot is on the stack, as under a dialog.
        self._wake.start()
        self._armed = True
        try:
            if self._running is None:
                self._work()
            else:
                self._work_inside(self._running)
        except BaseException as error:  # noqa: BLE001 - Qt would print and drop it
            self._raised = error
            self._end()
        else:
            self._rest()

    def _work_inside(self, outer: asyncio.Handle) -> None:
        """Work while `outer`, a callback further up the stack, waits in a nested Qt loop."""
        task = asyncio.current_task(self)
        if task is not None:
            asyncio.tasks._leave_task(self, task)
        self._suspended.append(outer)
        self._watch.abandon_batch()
        self._running = None
        try:
            self._work()
        finally:
            self._running = outer
            self._suspended.pop()
            if task is not None:
                asyncio.tasks._enter_task(self, task)

    def _work(self) -> None:
        now = time.monotonic()
        self._watch.turn_came(now)
        until = now + BUDGET
        poll_at = 0.0
        while True:
            if not self._batch:
                # Swapped only when empty: a socket's callback must run before it is polled again.
                if now >= poll_at or not self._ready:
                    self._poll()
                    poll_at = now + POLL_INTERVAL
                if self._scheduled:
                    self._collect_due(now)
                if not self._ready and not self._stopping:
                    return
                self._batch, self._ready = self._ready, self._batch
                self._watch.batch_began(now)
            now = self._run_batch(until)
            if self._quiet:
                self._readers.resume(self._suspended)
            if self._stopping and not self._batch:
                self._end()
                return
            if now >= until:
                return

    def _run_batch(self, until: float) -> float:
        """Run the batch, or as much as time allows; return the time."""
        batch = self._batch
        clock = time.monotonic
        now = clock()
        while batch:
            handle = batch.popleft()
            if handle._cancelled:
                continue
            self._running = handle
            try:
                if self._debug:
                    run_watched(handle, self.slow_callback_duration)
                else:
                    handle._run()
            finally:
                self._running = None
            now = clock()
            if now >= until and not self._stopping:
                break
        if not batch:
            self._watch.batch_ended(now)
        return now

    def _poll(self) -> None:
        if self._notifier is None:
            return
        ready = self._selector.select(0)
        if ready:
            if self._suspended:
                ready = self._readers.withhold(ready, self._suspended)
            self._process_events(ready)

    def _collect_due(self, now: float) -> None:
        """Move due timers to the ready queue; drop cancelled ones early enough."""
        scheduled = self._scheduled
        if self._timer_cancelled_count * 2 > len(scheduled):
            for timer in scheduled:
                if timer._cancelled:
                    timer._scheduled = False
            # In place: a cancel() further up the stack may hold the list.
            scheduled[:] = [timer for timer in scheduled if not timer._cancelled]
            heapq.heapify(scheduled)
            self._timer_cancelled_count = 0
        while scheduled and (scheduled[0]._cancelled or scheduled[0]._when <= now):
            timer = heapq.heappop(scheduled)
            timer._scheduled = False
            if timer._cancelled:
                self._timer_cancelled_count -= 1
            else:
                self._ready.append(timer)

    def _rest(self) -> None:
        """Let Qt wake the loop for the remaining work, and for nothing else."""
        # The order matters: another thread appends first and reads `_armed` second.
        self._armed = False
        if self._ready or self._batch or self._stopping:
            self._armed = True
            self._watch.due_at = time.monotonic()
            return
        self._wake.stop()
        self._watch.due_at = self._scheduled[0]._when if self._scheduled else math.inf
        if self._scheduled and self._scheduled[0]._when < self._armed_until:
            when: float = self._scheduled[0]._when
            wait = min(max(0.0, when - time.monotonic()), LONGEST_TIMER)
            # Rounded up: never early.
            self._deadline.start(math.ceil(wait * 1000))
            self._armed_until = when

    def _end(self) -> None:
        self._ended = True
        self._app.exit()


for _name in _FROM_ASYNCIO + (_FROM_ASYNCIO_WITH_EPOLL if _HAS_EPOLL else ()):
    setattr(TurnLoop, _name, getattr(asyncio.SelectorEventLoop, _name))
