"""Does one bot's work: one job at a time within a chat, chats side by side."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

Job = Callable[[], Awaitable[None]]


class ChatQueues:
    """A task for each chat with something to do, and none for the others."""

    def __init__(self, most: int) -> None:
        """Hold at most `most` jobs, those under way included."""
        self._most = most
        self._waiting: dict[int, deque[Job]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._room = asyncio.Event()
        self._room.set()
        self._count = 0

    async def add(self, chat: int, job: Job) -> None:
        """Queue `job`, which must contain its own errors; waits while there is no room."""
        await self._room.wait()
        self._count += 1
        self._idle.clear()
        if self._count >= self._most:
            self._room.clear()
        queue = self._waiting.get(chat)
        if queue is not None:
            queue.append(job)
            return
        self._waiting[chat] = deque((job,))
        task = asyncio.get_running_loop().create_task(self._work(chat))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, chat: int) -> None:
        queue = self._waiting[chat]
        while queue:
            await queue[0]()
            queue.popleft()
            self._count -= 1
            self._room.set()
        del self._waiting[chat]
        if not self._count:
            self._idle.set()

    async def drained(self) -> None:
        """Wait until nothing is left to do."""
        await self._idle.wait()

    async def stop(self) -> None:
        """Drop what is under way and what waits."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._waiting.clear()
        self._count = 0
        self._idle.set()
        self._room.set()
