"""A notification daemon (Desktop Notifications 1.2) that shows nothing and keeps what comes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

_NAME = "org.freedesktop.Notifications"


@dataclass(frozen=True, slots=True)
class Notification:
    """What arrived over the bus."""

    application: str
    replaces: int
    icon: str
    title: str
    body: str
    urgency: int


class NotificationRecorder:
    """Everything in order of arrival; `arrived` waits for a title."""

    def __init__(self) -> None:
        self.notifications: list[Notification] = []
        self.closed: list[int] = []  # numbers, from 1, in the order of arrival
        self._came = asyncio.Event()

    async def arrived(self, title: str, within: float = 60.0) -> Notification:
        """The first notification of this title, also one that came before."""
        async with asyncio.timeout(within):
            while True:
                for notification in self.notifications:
                    if notification.title == title:
                        return notification
                self._came.clear()
                await self._came.wait()

    def titled(self, title: str) -> int:
        """How many of this title have come."""
        return sum(notification.title == title for notification in self.notifications)

    def answer(self, message: Message) -> Message | None:
        """What the daemon answers to a call; None for what is not its own."""
        if message.message_type is not MessageType.METHOD_CALL:
            return None
        if message.member == "GetCapabilities":
            return Message.new_method_return(message, "as", [["body", "body-markup"]])
        if message.member == "CloseNotification":
            self.closed.append(message.body[0])
            return Message.new_method_return(message)
        if message.member != "Notify":
            return None
        application, replaces, icon, title, body, _actions, hints, _timeout = message.body
        urgency = hints["urgency"].value
        self.notifications.append(Notification(application, replaces, icon, title, body, urgency))
        self._came.set()
        return Message.new_method_return(message, "u", [len(self.notifications)])


@asynccontextmanager
async def recorded_notifications(address: str) -> AsyncIterator[NotificationRecorder]:
    """The daemon of the bus at `address`, for the length of the block."""
    recorder = NotificationRecorder()
    bus = await MessageBus(bus_address=address).connect()
    bus.add_message_handler(recorder.answer)
    try:
        await bus.request_name(_NAME)
        yield recorder
    finally:
        bus.disconnect()
