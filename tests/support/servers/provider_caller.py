"""Asks a local provider over bare HTTP, so that a test sees what is really on the wire."""

import asyncio
import json
from typing import Any
from urllib.parse import urlsplit

from engine.simulator.provider.client import LocalProvider

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def question(text: str = "What of bicycles?", **fields: Any) -> dict[str, Any]:
    return {"model": "local-small", "messages": [{"role": "user", "content": text}]} | fields


async def send(
    provider: LocalProvider, asked: dict[str, Any], key: str | None = None
) -> Connection:
    """Ask for a completion, and leave the answer to be read."""
    url = urlsplit(provider.base_url)
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    body = json.dumps(asked).encode()
    head = (
        f"POST {url.path}/chat/completions HTTP/1.0\r\n"
        f"Authorization: Bearer {provider.api_key if key is None else key}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    return reader, writer


async def hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    await writer.wait_closed()


class Answer:
    """A whole response."""

    def __init__(self, raw: bytes) -> None:
        head, _, self.body = raw.partition(b"\r\n\r\n")
        status, *fields = head.decode().split("\r\n")
        self.status = int(status.split()[1])
        self.headers = {
            name.lower(): value for name, _, value in (field.partition(": ") for field in fields)
        }

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def events(self) -> list[Any]:
        """What a stream carried, without its closing [DONE]."""
        lines = [line for line in self.body.decode().split("\n\n") if line]
        assert lines[-1] == "data: [DONE]"
        return [json.loads(line.removeprefix("data: ")) for line in lines[:-1]]


async def ask(provider: LocalProvider, asked: dict[str, Any], key: str | None = None) -> Answer:
    """Ask for a completion and read the answer to its end."""
    reader, writer = await send(provider, asked, key)
    answer = Answer(await reader.read())
    await hang_up(writer)
    return answer
