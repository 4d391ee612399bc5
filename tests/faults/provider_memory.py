"""Asks each `URL` once, and prints one line of JSON: how each ended, and the peak of memory.

The peak is that of the resident set, in MB over what it was before the first call.
"""

import asyncio
import json
import sys
import tempfile
from pathlib import Path

import psutil

from engine.clock import SystemClock
from engine.replies.providers.attempt import Attempt, Patience
from engine.replies.providers.chat_clients import MakeClient
from engine.replies.providers.failure import ProviderError
from engine.replies.providers.http.clients import http_clients
from tests.support.servers.gateways import asking, keys, provider


def _peak() -> float:
    """MB, of this process since it began."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no peak of memory is told here")


async def _ended(url: str, make: MakeClient) -> str:
    client = await asyncio.to_thread(make, provider("one", base_url=url))
    try:
        return await Attempt(asking(), Patience(1.5, 1.5, 1.5)).run(client)
    except ProviderError as error:
        return error.failure.value
    finally:
        await client.close()


async def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        make = http_clients(keys(Path(directory), {"one": "key"}), lambda: True, SystemClock())
        before = psutil.Process().memory_info().rss / (1 << 20)
        ended, peaks = {}, {}
        for url in sys.argv[1:]:
            name = url.rpartition("/")[2]
            ended[name] = await _ended(url, make)
            peaks[name] = round(_peak() - before, 1)
    sys.stdout.write(json.dumps({"ended": ended, "peaks": peaks}) + "\n")


asyncio.run(main())
