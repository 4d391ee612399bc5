"""Asks for completions until it is killed: `DIRECTORY URL MODEL`, the key on standard input."""

import asyncio
import sys
from pathlib import Path

from engine.clock import SystemClock
from engine.replies.completion import Priority, Requester
from engine.replies.providers.http.clients import http_clients
from tests.support.servers.gateways import asking, gateway, keys, provider


async def main() -> None:
    directory, url, model = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    one = provider(model, base_url=url, calls_at_once=8)
    make = http_clients(
        keys(directory, {model: sys.stdin.readline().strip()}), lambda: True, SystemClock()
    )
    async with gateway(directory, [one], make=make) as opened:

        async def ask(person: int) -> None:
            while True:
                await opened.complete(asking(), Requester("anna", person, person), Priority.HIGH)

        await asyncio.gather(*(ask(person) for person in range(1, 9)))


asyncio.run(main())
