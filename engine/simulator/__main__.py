"""Runs a local Telegram: `python -m engine.simulator --directory DIR`."""

import argparse
import asyncio
import gc
import logging
import signal
import sys
from pathlib import Path

import msgspec

from engine.simulator.control.account_control import bot_record
from engine.simulator.control.control import ControlServer
from engine.simulator.network.address import DATA_CENTRE
from engine.simulator.server import API_HASH, API_ID, Server
from engine.simulator.world.records import TelegramReady
from engine.telemetry.last_words import say, words_about


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m engine.simulator", description=__doc__)
    parser.add_argument("--directory", type=Path, required=True, help="where its state is kept")
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    parser.add_argument("--bots", type=int, default=0)
    parser.add_argument("--people", type=int, default=0)
    parser.add_argument("--groups", type=int, default=0)
    parser.add_argument("--rate", type=float, default=0.0, help="people's messages a minute")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--regulars", action="store_true", help="people who agree and ask alike")
    parser.add_argument("--random-id-memory", type=float, default=3600.0, help="seconds")
    parser.add_argument("--log-level", default="warning")
    parser.add_argument("--die-with-parent", action="store_true", help="stop when stdin closes")
    return parser.parse_args()


def _populate(server: Server, arguments: argparse.Namespace) -> None:
    for index in range(arguments.bots):
        server.world.add_bot(f"Bot {index + 1}")
    server.people.populate(arguments.people, arguments.groups)
    server.save()


async def _until_told(*, die_with_parent: bool) -> None:
    """Wait for SIGTERM or SIGINT, or for the end of stdin."""
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    if die_with_parent:
        stdin = asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stdin), sys.stdin)
        closed = asyncio.create_task(stdin.read())
        closed.add_done_callback(lambda _: told.set())
    await told.wait()


async def _run(arguments: argparse.Namespace) -> None:
    server = Server(
        arguments.directory,
        seed=arguments.seed,
        random_id_memory=arguments.random_id_memory,
        regulars=arguments.regulars,
    )
    if server.is_new:
        _populate(server, arguments)
    await server.start(arguments.port)
    control = ControlServer(server)
    await control.start()
    server.people.set_rate(arguments.rate)
    ready = TelegramReady(
        "127.0.0.1",
        server.port,
        control.port,
        control.secret,
        DATA_CENTRE,
        str(server.server_key.public_file.resolve()),
        API_ID,
        API_HASH,
        tuple(bot_record(account) for account in server.world.bots),
    )
    sys.stdout.write(msgspec.json.encode(ready).decode() + "\n")
    sys.stdout.flush()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)  # the ledger only grows, so collections find nothing in it
    await _until_told(die_with_parent=arguments.die_with_parent)
    control.stop()
    await server.stop()


def main() -> None:
    """Run the local Telegram until it is told to stop."""
    arguments = _arguments()
    logging.basicConfig(
        level=arguments.log_level.upper(), format="%(asctime)s %(name)s %(levelname)s %(message)s"
    )
    try:
        asyncio.run(_run(arguments))
    except OSError as error:  # such as a full disk
        say(words_about(error))
        sys.exit(2)


if __name__ == "__main__":
    main()
