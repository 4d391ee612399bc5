"""Runs one bot's jobs: one at a time within a chat, chats in parallel."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

Job = Callable[[], Awaitable[None]]


class ChatQueues:
    """Runs one task for each chat with a job, and none for the others."""

    def __init__(self, most: int) -> None:
        """Hold at most `most` jobs, including those under way."""
        self._most = most
        self._waiting: dict[int, deque[Job]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._room = asyncio.Event()
        self._room.set()
        self._count = 0

    async def add(self, chat: int, job: Job) -> None:
        """Queue `job`, which must handle its own errors; waits while the queue is full."""
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
        """Wait until no job is left."""
        await self._idle.wait()

    async def stop(self) -> None:
        """Cancel the jobs under way, and drop those that wait."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._waiting.clear()
        self._count = 0
        self._idle.set()
        self._room.set()
