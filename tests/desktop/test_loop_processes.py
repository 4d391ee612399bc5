"""Signals, subprocesses and shutdown of a loop, each in a process of its own."""

import asyncio
import gc
import os
import resource
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from desktop.event_loop.loop import QtLoop

ROOT = Path(__file__).parents[2]
START = """
import asyncio, os, signal, sys, threading
from PySide6.QtWidgets import QApplication
from desktop.event_loop.loop import QtLoop
app = QApplication([])
loop = QtLoop(app)
loop.slow_callback_duration = 60  # told on stderr by -X dev, and the machine's affair
# Where the tests themselves run in the background, it is ignored, which is inherited.
signal.signal(signal.SIGINT, signal.default_int_handler)
"""


def _run(program: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-X", "dev", "-c", START + textwrap.dedent(program)],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_a_clean_run_leaves_nothing_on_stderr() -> None:
    done = _run("""
        async def main():
            async def sleep():
                await asyncio.sleep(60)
            task = asyncio.create_task(sleep())
            server = await asyncio.start_server(lambda r, w: w.close(), "127.0.0.1", 0)
            await asyncio.to_thread(print, "worked")
            server.close()
            await server.wait_closed()
        with asyncio.Runner(loop_factory=lambda: loop, debug=False) as runner:
            runner.run(main())
        print("ended")
    """)
    assert done.stdout.split() == ["worked", "ended"]
    assert done.stderr == ""
    assert done.returncode == 0


def test_ctrl_c_ends_a_sleeping_loop() -> None:
    done = _run("""
        loop.call_soon(threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start)
        try:
            loop.run_until_complete(asyncio.sleep(20))
        except KeyboardInterrupt:
            print("interrupted")
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
        print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)
    """)
    assert done.stdout.split() == ["interrupted", "True"]
    assert done.stderr == ""


def test_ctrl_c_cancels_the_main_task_of_a_runner() -> None:
    done = _run("""
        async def main():
            threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
            try:
                await asyncio.sleep(20)
            finally:
                await asyncio.sleep(0)
                print("tidied")
        try:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                runner.run(main())
        except KeyboardInterrupt:
            print("interrupted")
    """)
    assert done.stdout.split() == ["tidied", "interrupted"]
    assert done.stderr == ""


def test_signal_handlers_wake_a_sleeping_loop(loop: QtLoop) -> None:
    async def main() -> list[int]:
        seen: list[int] = []
        both = asyncio.Event()

        def received(number: int) -> None:
            seen.append(number)
            if len(seen) == 2:
                both.set()

        numbers = (signal.SIGTERM, signal.SIGUSR1)
        for number in numbers:
            loop.add_signal_handler(number, received, number)
        for number in numbers:
            loop.call_later(0.005, os.kill, os.getpid(), number)
        await asyncio.wait_for(both.wait(), 10)
        assert all(loop.remove_signal_handler(number) for number in numbers)
        return seen

    assert sorted(loop.run_until_complete(main())) == [signal.SIGUSR1, signal.SIGTERM]


def test_plain_signal_handlers_run_promptly_after_the_last_loop_handler_went(
    loop: QtLoop,
) -> None:
    loop_seen = asyncio.Event()

    async def main() -> None:
        loop.add_signal_handler(signal.SIGUSR1, print)
        loop.remove_signal_handler(signal.SIGUSR1)
        before = signal.signal(signal.SIGUSR2, lambda *_: loop.call_soon_threadsafe(loop_seen.set))
        loop.call_later(0.005, os.kill, os.getpid(), signal.SIGUSR2)
        await asyncio.wait_for(loop_seen.wait(), 10)
        signal.signal(signal.SIGUSR2, before)

    loop.run_until_complete(main())


def test_a_subprocess_answers_and_its_exit_code_arrives(loop: QtLoop) -> None:
    async def main() -> tuple[bytes, int | None]:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            "import sys; print(sys.stdin.read().upper()); sys.exit(7)",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        answer, _ = await process.communicate(b"hello")
        return answer, process.returncode

    assert loop.run_until_complete(main()) == (b"HELLO\n", 7)


def test_a_subprocess_is_killed(loop: QtLoop) -> None:
    async def main() -> int:
        process = await asyncio.create_subprocess_exec("sleep", "60")
        process.kill()
        return await process.wait()

    assert loop.run_until_complete(main()) == -signal.SIGKILL


def test_a_second_loop_follows_the_first(qapp: QApplication) -> None:
    for _ in range(3):
        loop = QtLoop(qapp)
        assert loop.run_until_complete(asyncio.sleep(0.001, "ran")) == "ran"
        loop.close()


@pytest.mark.alone
def test_an_idle_loop_uses_next_to_no_cpu(loop: QtLoop) -> None:
    def used() -> float:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return usage.ru_utime + usage.ru_stime

    async def main() -> float:
        gc.collect()  # or it might come meanwhile
        await asyncio.sleep(0.05)
        before = used()
        for _ in range(4):
            await asyncio.sleep(0.1)
        return used() - before

    assert loop.run_until_complete(main()) < 0.02


@pytest.mark.parametrize("debug", [False, True])
def test_executors_run_off_the_loop_and_report_errors(loop: QtLoop, debug: bool) -> None:
    loop.set_debug(debug)

    async def main() -> int:
        with pytest.raises(ZeroDivisionError):
            await loop.run_in_executor(None, divmod, 1, 0)
        results = await asyncio.gather(*(loop.run_in_executor(None, pow, 2, n) for n in range(20)))
        return sum(results)

    assert loop.run_until_complete(main()) == 2**20 - 1
