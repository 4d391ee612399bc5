"""A tray host of the StatusNotifierItem kind that shows nothing and keeps who registers.

`python -m tests.end_to_end.status_notifier FILE` writes a line to FILE for each icon.
"""

import asyncio
import sys
from pathlib import Path

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

_NAME = "org.kde.StatusNotifierWatcher"
_PATH = "/StatusNotifierWatcher"


class Watcher:
    """Answers as much of the protocol as Qt asks for."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def answer(self, message: Message) -> Message | None:
        if message.message_type is not MessageType.METHOD_CALL or message.path != _PATH:
            return None
        if message.member == "RegisterStatusNotifierItem":
            with self._file.open("a", encoding="utf-8") as file:
                file.write(f"{message.body[0]}\n")
            return Message.new_method_return(message)
        if message.member == "Get":
            value = Variant("i", 0)
            if message.body[1] == "IsStatusNotifierHostRegistered":
                value = Variant("b", True)
            return Message.new_method_return(message, "v", [value])
        return None


async def main() -> None:
    bus = await MessageBus().connect()
    bus.add_message_handler(Watcher(Path(sys.argv[1])).answer)
    await bus.request_name(_NAME)
    await bus.send(Message.new_signal(_PATH, _NAME, "StatusNotifierHostRegistered"))
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
