"""Runs a local OpenAI-compatible LLM provider in its own process.

`python -m engine.simulator.provider --port 0` prints one line of JSON when it listens. It ends when
its standard input closes, so it never outlives the process that started it.
"""

import argparse
import asyncio
import os
import random
import secrets
import socket
import sys
import threading
from collections.abc import Callable

import msgspec
import uvicorn
from starlette.applications import Starlette

from engine.simulator.provider.chat import Answer, ChatEndpoints, plain_answer
from engine.simulator.provider.control import ControlEndpoints
from engine.simulator.provider.ledger import Ledger
from engine.simulator.provider.lively_answers import LivelyAnswers
from engine.simulator.provider.ready import ProviderReady
from engine.simulator.provider.rules import BehaviourRules


def application(
    api_key: str, control_secret: str, seed: int, answer: Answer = plain_answer
) -> Starlette:
    """Return the web application."""
    rules, ledger = BehaviourRules(seed), Ledger()
    chat = ChatEndpoints(api_key, rules, ledger, answer)
    control = ControlEndpoints(control_secret, rules, ledger)
    return Starlette(routes=[*chat.routes(), *control.routes()])


async def serve(port: int, seed: int, answer: Answer) -> None:
    """Listen on this machine only, until standard input closes or a signal comes."""
    listener = _listen(port)
    ready = ProviderReady(
        url=f"http://127.0.0.1:{listener.getsockname()[1]}",
        api_key=f"sk-local-{secrets.token_urlsafe(24)}",
        control_secret=secrets.token_urlsafe(24),
    )
    config = uvicorn.Config(
        application(ready.api_key, ready.control_secret, seed, answer),
        lifespan="off",
        ws="none",
        log_config=None,
        log_level="critical",  # dropped connections are intended, so they are no errors
        access_log=False,
        timeout_graceful_shutdown=0,
    )
    server = uvicorn.Server(config)

    def stop() -> None:
        server.should_exit = True

    loop = asyncio.get_running_loop()
    threading.Thread(target=_await_end_of_input, args=(loop, stop), daemon=True).start()
    sys.stdout.buffer.write(msgspec.json.encode(ready) + b"\n")
    sys.stdout.buffer.flush()
    await server.serve(sockets=[listener])


def _listen(port: int) -> socket.socket:
    # The protocol is named because asyncio disables Nagle's delay (40 ms a call) only then.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(1024)
    return listener


def _await_end_of_input(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
    while os.read(0, 4096):
        pass
    loop.call_soon_threadsafe(stop)


def main() -> None:
    """Run the provider until it is told to stop."""
    parser = argparse.ArgumentParser(description="A local OpenAI-compatible LLM provider.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--seed", type=int, default=0, help="of the rules' probabilities")
    parser.add_argument("--lively", action="store_true", help="answer as a bot in a chat does")
    arguments = parser.parse_args()
    answer = LivelyAnswers(random.Random(arguments.seed)) if arguments.lively else plain_answer
    asyncio.run(serve(arguments.port, arguments.seed, answer))


if __name__ == "__main__":
    main()
