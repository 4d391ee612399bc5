"""Implements a chat client over HTTP, for OpenAI and compatible servers.

Importing this takes 0.1 s: only `http_clients` does, in a thread.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, aclosing

import aiohttp
import msgspec

from engine.replies.completion import Prompt
from engine.replies.providers.chat import Delta
from engine.replies.providers.configuration.parameters import Parameters
from engine.replies.providers.configuration.settings import ProviderSettings
from engine.replies.providers.failure import Failure, GateClosedError, ProviderError
from engine.replies.providers.http.answer_stream import check_content_type, read_answer
from engine.replies.providers.http.content_coding import PIECE, Decoder
from engine.replies.providers.http.resolver import Resolver
from engine.replies.providers.http.route import Route
from engine.replies.providers.refusals import MOST_BYTES, HttpRefusal

_MOST_BYTES = 4 << 20  # decoded bytes of one response, far above any answer
_REFUSAL_PATIENCE = 2.0  # s to read the body of a refusal
_NAME_KEPT = 60  # s for which a resolved address is used


class HttpChat:
    """Streams from one provider; it connects with its first call."""

    def __init__(
        self,
        settings: ProviderSettings,
        key: str,
        route: Route,
        is_open: Callable[[], bool],
        now: Callable[[], float],
    ) -> None:
        """Ask `is_open` right before each request if it may leave; `now` is wall time."""
        self._url = f"{settings.base_url}/chat/completions"
        self._route = route
        self._parameters = Parameters(settings)
        self._is_open = is_open
        self._now = now
        self._headers = {
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "Accept": "text/event-stream, application/json",
            "Accept-Encoding": "identity",
            "User-Agent": "gavatcore",
        }
        if settings.organisation is not None:
            self._headers["OpenAI-Organization"] = settings.organisation
        self._session: aiohttp.ClientSession | None = None
        self._is_closed = False

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Delta, None]:
        """Yield the answer; repeat the request without a parameter that the server rejects."""
        while True:
            request = self._parameters.of(prompt)
            try:
                async with self._post(msgspec.json.encode(request)) as response:
                    if response.ok and response.status < 300:
                        check_content_type(response.headers.get("Content-Type", ""))
                        async with (
                            aclosing(_pieces(response, _MOST_BYTES)) as pieces,
                            aclosing(read_answer(pieces)) as deltas,
                        ):
                            async for delta in deltas:
                                yield delta
                        return
                    refusal = await _refusal(response)
            except (aiohttp.ClientError, OSError) as error:
                raise _in_our_terms(error) from None
            if not self._parameters.heed(request, refusal):
                raise refusal.in_our_terms(self._now())

    def _post(self, body: bytes) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        if self._is_closed or not self._is_open():  # saves connecting
            raise GateClosedError
        if self._session is None:
            self._session = self._connected()
        return self._session.post(
            self._url,
            data=body,
            headers=self._headers,
            proxy=self._route.proxy,
            allow_redirects=False,
        )

    def _connected(self) -> aiohttp.ClientSession:
        is_open = self._is_open

        class Guarded(aiohttp.ClientRequest):
            """Enforces the gate: every request leaves through here."""

            async def send(self, conn: aiohttp.connector.Connection) -> aiohttp.ClientResponse:
                if not is_open():
                    raise GateClosedError
                return await super().send(conn)

        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0,  # the gateway limits calls
                ssl=self._route.certificates or True,
                resolver=Resolver(),
                ttl_dns_cache=_NAME_KEPT,
            ),
            request_class=Guarded,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),  # the attempt has its own
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,  # its decompression has no limit
            trust_env=False,  # the route has read what is useful in it
        )

    async def close(self) -> None:
        """Close the connections; later calls fail."""
        self._is_closed = True
        session, self._session = self._session, None
        if session is not None:
            await session.close()


async def _pieces(response: aiohttp.ClientResponse, most: int) -> AsyncGenerator[bytes, None]:
    """Yield the decoded body; raises ProviderError above `most` bytes, coded or decoded."""
    decoder = Decoder(", ".join(response.headers.getall("Content-Encoding", ())))
    coded = decoded = paused_at = 0
    async for data in response.content.iter_chunked(PIECE):
        coded += len(data)
        for piece in decoder.pieces(data):
            decoded += len(piece)
            if max(coded, decoded) > most:
                raise ProviderError(Failure.ENDLESS)
            yield piece
            if decoded - paused_at >= PIECE:  # data that has arrived is read without a pause
                paused_at = decoded
                await asyncio.sleep(0)


async def _refusal(response: aiohttp.ClientResponse) -> HttpRefusal:
    """Return the status, and as much of the body as can be read."""
    body = bytearray()
    try:
        async with asyncio.timeout(_REFUSAL_PATIENCE):
            async for piece in _pieces(response, MOST_BYTES):
                body += piece
    except (ProviderError, aiohttp.ClientPayloadError, TimeoutError):
        body.clear()
    told = body.decode("utf-8", "replace")
    return HttpRefusal(response.status, response.headers.get("Retry-After"), told)


def _in_our_terms(error: Exception) -> ProviderError:
    """Translate an error of aiohttp or the system, without its words."""
    if isinstance(error, aiohttp.ClientConnectorSSLError | aiohttp.ClientConnectorCertificateError):
        return ProviderError(Failure.CERTIFICATE, is_charged=False)
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return ProviderError(Failure.PROXY, is_charged=False)
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.InvalidURL):
        return ProviderError(Failure.CONNECTION, is_charged=False)
    if isinstance(error, aiohttp.ClientResponseError):  # not HTTP
        return ProviderError(Failure.WRONG_CONTENT_TYPE)
    return ProviderError(Failure.CONNECTION)
