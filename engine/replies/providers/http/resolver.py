"""Resolves host names in threads of its own, for which nobody has to wait.

The default executor has few threads, which files and the program's exit need as well. A name server
that does not answer would block them for half a minute.
"""

import asyncio
import contextlib
import socket
import threading

from aiohttp.abc import AbstractResolver, ResolveResult

from engine.replies.providers.configuration.base_url import is_link_local

_Found = list[ResolveResult]


class Resolver(AbstractResolver):
    """Resolves like the system, except link-local addresses, as those of cloud machine data."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> _Found:
        """Return the addresses of `host`; raises OSError if there are none."""
        loop = asyncio.get_running_loop()
        found: asyncio.Future[_Found] = loop.create_future()

        def look_up() -> None:
            try:
                addresses, error = _addresses(host, port, family), None
            except (OSError, ValueError) as raised:  # ValueError: not a valid name
                addresses, error = [], OSError(str(raised))
            with contextlib.suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(_tell, found, addresses, error)

        threading.Thread(target=look_up, name="provider's name", daemon=True).start()
        return await found

    async def close(self) -> None:
        """Do nothing: there is nothing to close."""


def _tell(found: "asyncio.Future[_Found]", addresses: _Found, error: OSError | None) -> None:
    if found.done():
        return
    if error is None:
        found.set_result(addresses)
    else:
        found.set_exception(error)


def _addresses(host: str, port: int, family: socket.AddressFamily) -> _Found:
    flags = getattr(socket, "AI_ADDRCONFIG", 0)
    told = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, flags=flags)
    found = [
        ResolveResult(
            hostname=host,
            host=str(address[0]),
            port=int(address[1]),
            family=kind,
            proto=proto,
            flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
        )
        for kind, _, proto, _, address in told
        if not is_link_local(str(address[0]))
    ]
    if not found:
        raise OSError("no address of this name may be asked")
    return found
