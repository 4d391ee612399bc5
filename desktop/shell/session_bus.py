"""Connects to the desktop's session bus with dbus-fast; every failure is an OSError."""

import asyncio
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dbus_fast import Message
    from dbus_fast.aio import MessageBus

_PATIENCE = 2.0  # seconds for the bus, or a service on it, to answer


async def connect() -> "MessageBus":
    """Return a new connection; raises OSError if there is no bus."""
    if not (sys.platform.startswith("linux") and os.environ.get("DBUS_SESSION_BUS_ADDRESS")):
        raise ConnectionError("there is no session bus")
    from dbus_fast.aio import MessageBus  # noqa: PLC0415 - 15 ms nobody needs before this
    from dbus_fast.errors import DBusFastError  # noqa: PLC0415 - as above

    try:
        async with asyncio.timeout(_PATIENCE):
            return await MessageBus().connect()
    except (DBusFastError, EOFError) as error:
        raise ConnectionError(str(error)) from error


async def call(
    bus: "MessageBus", place: tuple[str, str], member: str, signature: str = "", *body: Any
) -> "Message | None":
    """Call the method `member` ("interface.member") of `place` (name and path); return the answer.

    Returns None if the service answers with an error or does not exist. Raises OSError if the bus
    or the service does not answer in time.
    """
    from dbus_fast import Message, MessageType  # noqa: PLC0415 - as above

    interface, _dot, method = member.rpartition(".")
    message = Message(
        destination=place[0],
        path=place[1],
        interface=interface,
        member=method,
        signature=signature,
        body=list(body),
    )
    try:
        async with asyncio.timeout(_PATIENCE):
            reply = await bus.call(message)
    except EOFError as error:
        raise ConnectionError("the session bus has gone") from error
    if reply.message_type is not MessageType.METHOD_RETURN:
        return None
    return reply


async def listen(bus: "MessageBus", rule: str) -> None:
    """Have the bus deliver the signals that match `rule`; raises OSError."""
    daemon = ("org.freedesktop.DBus", "/org/freedesktop/DBus")
    await call(bus, daemon, "org.freedesktop.DBus.AddMatch", "s", rule)
