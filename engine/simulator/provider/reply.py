"""Sends a reply at its pace, and notices when the caller gives up."""

import asyncio
from collections.abc import AsyncIterator, Mapping

from starlette.types import Receive, Scope, Send

from engine.simulator.provider.completion import Piece
from engine.simulator.provider.ledger import Ledger, ProviderCall


class ConnectionDroppedError(Exception):
    """Raised from a reply's body to make the server cut the connection."""


class RecordedResponse:
    """An ASGI response that records the end of its call in the ledger, however it ends."""

    def __init__(
        self,
        call: ProviderCall,
        ledger: Ledger,
        headers: Mapping[str, str],
        body: AsyncIterator[Piece],
    ) -> None:
        self._call = call
        self._ledger = ledger
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]
        self._body = body

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Send the reply; called by the server."""
        sending = asyncio.create_task(self._send(send))
        watching = asyncio.create_task(_caller_gone(receive))
        try:
            await asyncio.wait({sending, watching}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            was_sent = sending.done()
            sending.cancel()
            watching.cancel()
            await asyncio.gather(sending, watching, return_exceptions=True)
            await self._ledger.end(self._call)
        if was_sent:
            sending.result()

    async def _send(self, send: Send) -> None:
        begun = False
        async for data, tokens in self._body:
            if not begun:
                await self._begin(send)
                begun = True
            await send({"type": "http.response.body", "body": data, "more_body": True})
            self._call.completion_tokens += tokens
        if not begun:
            await self._begin(send)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        self._call.complete = True

    async def _begin(self, send: Send) -> None:
        await send(
            {
                "type": "http.response.start",
                "status": self._call.status,
                "headers": self._headers,
            }
        )


async def _caller_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
