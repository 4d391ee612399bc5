"""One thread that does one thing after the other and tells the loop.

Where more is to do, a result is held until the thread is about to wait for the disk: the loop then
works on it meanwhile, instead of fighting the thread for the interpreter.
"""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

Result = TypeVar("Result")
_Task = tuple[Callable[[], Any], "asyncio.Future[Any]"]
_Ended = tuple["asyncio.Future[Any]", object, BaseException | None]


class Worker:
    """Starts with its first task. A task once begun is finished, even if its caller goes away."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._held: list[_Ended] = []

    async def do(self, task: Callable[[], Result]) -> Result:
        """Run `task` in the thread; return its result, or raise its error."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Result] = loop.create_future()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
        self._tasks.put((task, done))
        return await done

    def tell(self) -> None:
        """Let the loop have what is held; a task calls it before it waits for the disk."""
        for ended in self._held:
            # RuntimeError: the loop is closed, and nobody waits any more.
            with contextlib.suppress(RuntimeError):
                ended[0].get_loop().call_soon_threadsafe(_tell, *ended)
        self._held.clear()

    async def stop(self) -> None:
        """End the thread after all its tasks."""
        if self._thread is not None:
            self._tasks.put(None)
            await asyncio.to_thread(self._thread.join)
            self._thread = None

    def _run(self) -> None:
        while (given := self._tasks.get()) is not None:
            task, done = given
            try:
                result, error = task(), None
            except BaseException as raised:  # noqa: BLE001 - it is the caller's
                result, error = None, raised
            self.tell()
            self._held.append((done, result, error))
            if self._tasks.empty():
                self.tell()
            del given, task, done, result, error
        self.tell()


def _tell(done: "asyncio.Future[Any]", result: object, error: BaseException | None) -> None:
    if done.done():
        return
    if error is None:
        done.set_result(result)
    else:
        done.set_exception(error)
