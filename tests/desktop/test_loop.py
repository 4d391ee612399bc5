"""The loop keeps time, forgets what is cancelled, sleeps when idle, and ends only by `stop()`."""

import asyncio
import contextvars
import gc
import threading
import weakref
from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from desktop.event_loop.loop import QtLoop


def test_no_timer_fires_early(loop: QtLoop) -> None:
    early: list[float] = []

    async def sleep(delay: float) -> None:
        due = loop.time() + delay
        await asyncio.sleep(delay)
        early.append(due - loop.time())

    async def main() -> None:
        await asyncio.gather(*(sleep(n / 1237) for n in range(100)))

    loop.run_until_complete(main())
    assert len(early) == 100
    assert max(early) <= 0


def test_timers_fire_in_order_of_their_deadlines(loop: QtLoop) -> None:
    fired: list[int] = []
    now = loop.time()
    for n in (3, 1, 2):
        loop.call_at(now + n / 1000, fired.append, n)
    loop.call_at(now + 4 / 1000, loop.stop)
    loop.run_forever()
    assert fired == [1, 2, 3]


def test_finished_timeouts_leave_no_timers_behind(loop: QtLoop) -> None:
    async def main() -> int:
        # A live timer at the head of the heap must not hide the cancelled ones behind it.
        alive = loop.call_later(50, print)
        for _ in range(2_000):
            await asyncio.wait_for(asyncio.sleep(0), 60)
        await asyncio.sleep(0)
        alive.cancel()
        return len(loop._scheduled)

    assert loop.run_until_complete(main()) <= 2


def test_call_later_returns_a_timer_handle(loop: QtLoop) -> None:
    before = loop.time()
    handle = loop.call_later(60, print)
    assert isinstance(handle, asyncio.TimerHandle)
    assert handle.when() == pytest.approx(before + 60, abs=1)
    handle.cancel()


def test_a_cancelled_callback_never_runs(loop: QtLoop) -> None:
    ran: list[str] = []
    loop.call_soon(ran.append, "soon").cancel()
    loop.call_later(0.001, ran.append, "later").cancel()
    loop.call_later(0.002, loop.stop)
    loop.run_forever()
    assert ran == []


def test_an_idle_loop_takes_no_turns(loop: QtLoop, monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[float] = []
    poll = loop._poll

    def counted() -> None:
        turns.append(loop.time())
        poll()

    monkeypatch.setattr(loop, "_poll", counted)

    async def main() -> int:
        await asyncio.sleep(0.01)
        before = len(turns)
        await asyncio.sleep(0.2)
        return len(turns) - before

    assert loop.run_until_complete(main()) <= 4


def test_qt_gets_its_turn_while_the_engine_is_saturated(loop: QtLoop) -> None:
    ticks: list[float] = []

    async def busy() -> None:
        while len(ticks) < 5:
            await asyncio.sleep(0)

    timer = QTimer()
    timer.setInterval(1)
    timer.timeout.connect(lambda: ticks.append(loop.time()))
    timer.start()
    loop.run_until_complete(asyncio.wait_for(busy(), 10))
    timer.stop()
    assert len(ticks) >= 5


def test_a_slot_wakes_a_sleeping_loop(loop: QtLoop) -> None:
    async def main() -> str:
        answer: asyncio.Future[str] = loop.create_future()
        QTimer.singleShot(5, lambda: answer.set_result("clicked"))
        return await asyncio.wait_for(answer, 10)

    assert loop.run_until_complete(main()) == "clicked"


def test_a_timer_set_in_a_slot_fires(loop: QtLoop) -> None:
    async def main() -> str:
        answer: asyncio.Future[str] = loop.create_future()
        QTimer.singleShot(5, lambda: loop.call_later(0.005, answer.set_result, "later"))
        return await asyncio.wait_for(answer, 10)

    assert loop.run_until_complete(main()) == "later"


def test_other_threads_wake_the_loop(loop: QtLoop) -> None:
    async def main() -> int:
        count = 0
        done = asyncio.Event()

        def arrived() -> None:
            nonlocal count
            count += 1
            if count == 2_000:
                done.set()

        def send() -> None:
            for _ in range(500):
                loop.call_soon_threadsafe(arrived)

        threads = [threading.Thread(target=send) for _ in range(4)]
        for thread in threads:
            thread.start()
        await asyncio.wait_for(done.wait(), 10)
        for thread in threads:
            thread.join()
        return count

    assert loop.run_until_complete(main()) == 2_000


def test_context_variables_travel_with_callbacks_and_tasks(loop: QtLoop) -> None:
    account = contextvars.ContextVar("account", default="none")

    async def child() -> str:
        await asyncio.sleep(0)
        return account.get()

    async def main() -> list[str]:
        account.set("first")
        task = asyncio.create_task(child())
        seen: list[str] = []
        other = contextvars.copy_context()
        other.run(account.set, "second")
        loop.call_soon(lambda: seen.append(account.get()), context=other)
        loop.call_soon_threadsafe(lambda: seen.append(account.get()), context=other)
        loop.call_later(0, lambda: seen.append(account.get()), context=other)
        account.set("third")
        threaded = await asyncio.to_thread(account.get)
        return [await task, *seen, threaded]

    assert loop.run_until_complete(main()) == ["first", "second", "second", "second", "third"]
    assert account.get() == "none"


def test_stop_lets_the_callbacks_that_are_ready_run_and_no_later_ones(loop: QtLoop) -> None:
    ran: list[str] = []

    def first() -> None:
        loop.stop()
        loop.call_soon(ran.append, "next round")

    loop.call_soon(first)
    loop.call_soon(ran.append, "this round")
    loop.run_forever()
    assert ran == ["this round"]
    loop.call_soon(loop.stop)
    loop.run_forever()
    assert ran == ["this round", "next round"]


def test_stop_before_the_start_runs_one_round(loop: QtLoop) -> None:
    ran: list[str] = []
    loop.call_soon(ran.append, "once")
    loop.stop()
    loop.run_forever()
    assert ran == ["once"]
    assert not loop.is_running()


def test_a_slot_stops_a_sleeping_loop(loop: QtLoop) -> None:
    QTimer.singleShot(5, loop.stop)
    loop.run_forever()
    assert not loop.is_running()


def test_work_after_about_to_quit_is_finished(loop: QtLoop, qapp: QApplication) -> None:
    async def main() -> str:
        quitting = asyncio.Event()
        qapp.aboutToQuit.connect(quitting.set)
        loop.call_soon(qapp.quit)
        await asyncio.wait_for(quitting.wait(), 10)
        await asyncio.sleep(0.01)
        result = await asyncio.to_thread(lambda: "saved")
        qapp.aboutToQuit.disconnect(quitting.set)
        return result

    assert loop.run_until_complete(main()) == "saved"


def test_a_running_loop_cannot_be_run_or_closed(loop: QtLoop) -> None:
    async def main() -> None:
        with pytest.raises(RuntimeError, match="running"):
            loop.run_forever()
        with pytest.raises(RuntimeError, match="running"):
            loop.close()

    loop.run_until_complete(main())


def test_a_closed_loop_refuses_work(qapp: QApplication) -> None:
    loop = QtLoop(qapp)
    loop.close()
    loop.close()
    with pytest.raises(RuntimeError, match="closed"):
        loop.call_soon(print)
    with pytest.raises(RuntimeError, match="closed"):
        loop.call_soon_threadsafe(print)
    with pytest.raises(RuntimeError, match="closed"):
        loop.run_forever()


def test_a_closed_loop_is_collected(qapp: QApplication) -> None:
    loop = QtLoop(qapp)
    loop.run_until_complete(asyncio.sleep(0.001))
    loop.close()
    gone = weakref.ref(loop)
    del loop
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_an_exit_raised_in_a_callback_ends_the_loop(
    loop: QtLoop, error: type[BaseException]
) -> None:
    def leave() -> None:
        raise error

    loop.call_soon(leave)
    with pytest.raises(error):
        loop.run_forever()
    loop.run_until_complete(asyncio.sleep(0))


def test_an_abandoned_async_generator_is_closed(loop: QtLoop) -> None:
    closed: list[str] = []

    async def numbers() -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            await asyncio.sleep(0)
            closed.append("closed")

    async def main() -> None:
        async for _ in numbers():
            break

    loop.run_until_complete(main())
    loop.run_until_complete(loop.shutdown_asyncgens())
    assert closed == ["closed"]


def test_debug_mode_names_slow_callbacks(loop: QtLoop, caplog: pytest.LogCaptureFixture) -> None:
    loop.set_debug(True)
    loop.slow_callback_duration = 0.0

    async def slow() -> None: ...

    loop.run_until_complete(slow())
    assert "slow" in caplog.text
    assert "seconds" in caplog.text


def test_debug_mode_refuses_other_threads(loop: QtLoop) -> None:
    loop.set_debug(True)

    async def main() -> None:
        with pytest.raises(RuntimeError, match="Non-thread-safe"):
            await asyncio.to_thread(loop.call_soon, print)

    loop.run_until_complete(main())


def test_a_runner_runs_on_it(qapp: QApplication) -> None:
    async def main() -> bool:
        return isinstance(asyncio.get_running_loop(), QtLoop)

    with asyncio.Runner(loop_factory=lambda: QtLoop(qapp)) as runner:
        assert runner.run(main())
