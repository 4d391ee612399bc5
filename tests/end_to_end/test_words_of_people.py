"""What people write, planted in every kind of error, is then searched for in every byte left.

The databases hold people's messages, which is what they are for; nothing else may.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from engine.commands.control.client import exchange
from engine.commands.control.protocol import VERSION, CommandQuestion, encode_line
from engine.simulator.client import LocalTelegram
from engine.simulator.faults import FaultKind
from engine.simulator.provider.client import LocalProvider
from engine.simulator.provider.rules import Behaviour, BehaviourRule
from engine.simulator.world.records import LocalBot, LocalGroup, LocalPerson
from tests.end_to_end.failing_product import BOT_VARIABLE, TEXT_VARIABLE, WAYS
from tests.end_to_end.test_replies import write_provider
from tests.support.waiting import until_answered

WORDS = "my sister is in hospital and nobody knows"
TITLE = "Friends of a secret illness"
DATABASES = {".db", ".db-wal", ".db-shm", ".session", ".session-journal", ".gz"}


async def run(directory: Path, environment: dict[str, str], *arguments: str) -> bytes:
    """What a command says, on both outputs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "desktop", *arguments, f"--data-dir={directory}"),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _none = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said


class Failing:
    """The failing product while it runs, and all that it says."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.said = bytearray()
        self._more = asyncio.Condition()
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        """A pipe that nobody reads would hold the product up."""
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            async with self._more:
                self.said += line
                self._more.notify_all()

    async def hear(self, words: bytes) -> None:
        async with self._more:
            await self._more.wait_for(lambda: words in self.said)

    async def end(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        await self._reading
        assert await self._process.wait() == 0, self.said.decode()


@asynccontextmanager
async def failing(directory: Path, environment: dict[str, str]) -> AsyncIterator[Failing]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.end_to_end.failing_product", "run", f"--data-dir={directory}"),
        "--log-level=DEBUG",
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    product = Failing(process)
    try:
        yield product
    finally:
        await product.end()


async def problem_told(directory: Path) -> bytes | None:
    """The engine's answer as it crosses the socket, once a bot has a problem."""
    question = encode_line(CommandQuestion(VERSION, "status"))
    answer = await asyncio.to_thread(exchange, directory, question, 30.0)
    return answer if b'"problem":"' in answer else None


async def test_no_word_of_a_person_leaves_the_database_in_an_error(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    bot, broken = await telegram.add_bot("Ada"), await telegram.add_bot("Bora")
    person = await telegram.add_person(WORDS)
    group = await telegram.add_group(TITLE, [bot, person])
    directory = tmp_path / "data"
    directory.mkdir()
    async with LocalProvider() as provider:
        write_provider(directory, provider)
        await provider.add_rule(
            BehaviourRule(behaviour=Behaviour.REFUSE, status=400, code=WORDS, times=1)
        )
        settings = {
            name: str(value) for name, value in telegram.settings([bot, broken]).items()
        } | {"OPENAI_API_KEY": provider.api_key}
        environment = os.environ | settings
        planted = environment | {BOT_VARIABLE: str(broken.id), TEXT_VARIABLE: WORDS}
        async with failing(directory, planted) as product:
            await product.hear(b"again in ")
            while (await telegram.ledger_summary()).listening < 1:
                await asyncio.sleep(0.02)  # another process
            await say_everything(telegram, person, bot, group)
            state = await until_answered(lambda: problem_told(directory), "a problem in the status")
            places = files_of(directory) | {"status": state}
            places["report"], places["report in JSON"] = await asyncio.gather(
                run(directory, environment, "report"),
                run(directory, environment, "report", "--json"),
            )
    places |= {f"later {name}": content for name, content in files_of(directory).items()}
    places["output"] = bytes(product.said)
    assert any(name.endswith("gavatcore.log") for name in places)
    assert b'"muted_in":[]' in places["status"]  # a title of a group would stand there
    written = b"".join(content for name, content in places.items() if "gavatcore.log" in name)
    for error in (
        b"KeyError",
        b"OperationalError",
        b"ValidationError",
        b"RPCError",
        b"UserWarning",
    ):
        assert error in product.said + written
    found = {
        f"{words} in {name}"
        for words in (WORDS, TITLE)
        for name, content in places.items()
        if words.encode() in content
    }
    assert found == set()


async def say_everything(
    telegram: LocalTelegram, person: LocalPerson, bot: LocalBot, group: LocalGroup
) -> None:
    """Everything that fails, and at the end what Telegram will not take."""
    await telegram.write(person, bot, "/agree")
    await telegram.wait_for("answered", 1)
    for way in WAYS:  # each in a chat of its own: Telegram allows a message a second
        await telegram.write(await telegram.add_person(WORDS), bot, f"{way} {WORDS}")
    await telegram.write(person, bot, f"What is it that {WORDS}?")
    await telegram.write(person, group, f"@{bot.username} key {WORDS}")
    await telegram.write(person, group, f"/subscribe@{bot.username} talk {WORDS}")
    await telegram.wait_for("answered", 8)
    await telegram.add_fault(
        FaultKind.RPC_ERROR, method="messages.sendMessage", code=400, message=f"OF {WORDS}", times=1
    )
    await telegram.write(person, bot, f"And {WORDS}")
    await telegram.write(person, bot, "/help")
    await telegram.wait_for("answered", 9)


def files_of(directory: Path) -> dict[str, bytes]:
    """Every file but the databases."""
    return {
        str(file.relative_to(directory)): file.read_bytes()
        for file in directory.rglob("*")
        if file.is_file() and file.suffix not in DATABASES
    }
