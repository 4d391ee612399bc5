"""Takes one bot's messages in: one at a time within a chat, chats side by side."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from engine.telegram.incoming import Incoming

MOST_WAITING = 10_000  # messages of one bot

Process = Callable[[Incoming], Awaitable[None]]


class Reception:
    """A task for each chat with something to do, and none for the others."""

    def __init__(self, process: Process) -> None:
        """`process` must contain its own errors."""
        self._process = process
        self._waiting: dict[int, deque[Incoming]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._count = 0

    def take(self, incoming: Incoming) -> bool:
        """Queue the message; False when there is no room."""
        if self._count >= MOST_WAITING:
            return False
        self._count += 1
        self._idle.clear()
        queue = self._waiting.get(incoming.chat)
        if queue is not None:
            queue.append(incoming)
            return True
        self._waiting[incoming.chat] = deque((incoming,))
        task = asyncio.get_running_loop().create_task(self._work(incoming.chat))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def _work(self, chat: int) -> None:
        queue = self._waiting[chat]
        while queue:
            await self._process(queue[0])
            queue.popleft()
            self._count -= 1
        del self._waiting[chat]
        if not self._count:
            self._idle.set()

    async def drained(self) -> None:
        """Wait until nothing is left to do."""
        await self._idle.wait()

    async def stop(self) -> tuple[Incoming, ...]:
        """Cancel the work at once; what was not finished is returned."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        left = tuple(incoming for queue in self._waiting.values() for incoming in queue)
        self._waiting.clear()
        self._count = 0
        self._idle.set()
        return left
