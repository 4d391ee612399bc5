"""Reports changes of this machine's addresses, if the system announces them (Linux)."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator

_IPV4_AND_IPV6 = 0x10 | 0x100  # RTMGRP_IPV4_IFADDR and RTMGRP_IPV6_IFADDR of linux/rtnetlink.h
_LONGEST = 1 << 16  # bytes of one message


@contextlib.contextmanager
def address_news(changed: Callable[[], None]) -> Iterator[bool]:
    """Call `changed` on the running loop after every change; yield True if that works.

    Otherwise the addresses must be polled.
    """
    with contextlib.ExitStack() as stack:
        try:
            news = stack.enter_context(_subscribed())
        except (OSError, AttributeError):  # another system, or a sandbox
            yield False
            return
        loop = asyncio.get_running_loop()
        loop.add_reader(news, _read, news, changed)
        stack.callback(loop.remove_reader, news)
        yield True


def _subscribed() -> socket.socket:
    news = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, 0)
    try:
        news.setblocking(False)
        news.bind((0, _IPV4_AND_IPV6))
    except BaseException:
        news.close()
        raise
    return news


def _read(news: socket.socket, changed: Callable[[], None]) -> None:
    """Read everything; its contents do not matter, and an overflow is a change as well."""
    with contextlib.suppress(OSError):
        while news.recv(_LONGEST):
            pass
    changed()
