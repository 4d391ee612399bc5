"""Secrets planted in every place they can enter, then searched for in every byte that is left.

The settings file and the key file hold what a person put there; nothing else may.
"""

import asyncio
import base64
import contextlib
import os
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import psutil

from engine.secrets.find import find_keys
from engine.secrets.seal import Seal
from engine.simulator.client import LocalTelegram
from engine.telegram.sessions.file import read_session

API_HASH = "5ad0c0ffee5ad0c0ffee5ad0c0ffee5a"
WRONG_TOKEN = "123456:WrongWrongWrongWrongWrongWrongWrong"
PHONE = "+905550000001"
PASSWORD = "open-sesame-two-step"
PROVIDER_KEY = "gsk_PlantedPlantedPlantedPlanted0123456789"
PROVIDER_KEY_OF_ENVIRONMENT = "sk-proj-EnvironmentEnvironment0123456789"
REDIS_PASSWORD = "redis-planted-password"
KEPT_BY_THE_USER = {"gavatcore.env", "master.key"}


class Product:
    """Processes of the product on one data directory, and all that they said."""

    def __init__(self, directory: Path, environment: dict[str, str]) -> None:
        self._directory = directory
        self._environment = {**os.environ, **environment}
        self.said = bytearray()
        self.command_lines = bytearray()

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "desktop", *arguments, f"--data-dir={self._directory}"),
            env=self._environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )

    async def hear(self, process: asyncio.subprocess.Process, until: bytes) -> None:
        """Listen until it says `until`; note every command line of its family meanwhile."""
        assert process.stdout is not None
        begun = len(self.said)
        while until not in self.said[begun:]:
            line = await process.stdout.readline()
            assert line, self.said[begun:].decode()
            self.said += line
        family = psutil.Process(process.pid)
        for one in (family, *family.children(recursive=True)):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
                self.command_lines += Path(f"/proc/{one.pid}/cmdline").read_bytes()

    async def end(self, process: asyncio.subprocess.Process) -> int:
        rest, _none = await process.communicate()
        self.said += rest
        assert process.returncode is not None
        return process.returncode

    async def enter(self, process: asyncio.subprocess.Process, prompt: str, answer: str) -> None:
        await self.hear(process, f"{prompt}: ".encode())
        assert process.stdin is not None
        process.stdin.write(answer.encode() + b"\n")
        await process.stdin.drain()


def spellings(secret: str | bytes) -> set[bytes]:
    """The secret as it may lie in a file."""
    content = secret.encode() if isinstance(secret, str) else secret
    text = [content.hex().encode(), base64.b64encode(content), base64.urlsafe_b64encode(content)]
    wide = content.decode("latin-1").encode("utf-16-le")
    return {content, wide, *text}


async def test_no_secret_is_left_anywhere(telegram: LocalTelegram, tmp_path: Path) -> None:
    named, unnamed, from_file = [await telegram.add_bot(f"Bot {n}") for n in range(3)]
    await telegram.add_person("Ada", phone=PHONE, password=PASSWORD)
    eve = await telegram.add_person("Eve")
    directory, report = tmp_path / "data", tmp_path / "report.json"
    directory.mkdir()
    settings = {name: str(value) for name, value in telegram.settings([]).items()}
    settings |= {"TELEGRAM_API_HASH": API_HASH, "BOT_TOKENS": from_file.token}
    (directory / "gavatcore.env").write_text(
        "".join(f"{name}={value}\n" for name, value in settings.items())
    )
    tokens = f"{unnamed.token},{WRONG_TOKEN},{from_file.token}"
    planted_in_environment = {
        "BOT_TOKENS": tokens,
        "TELEGRAM_API_HASH": API_HASH,
        "OPENAI_API_KEY": PROVIDER_KEY_OF_ENVIRONMENT,
        "REDIS_URL": f"redis://:{REDIS_PASSWORD}@127.0.0.1:1/0",  # where nobody listens
    }
    product = Product(directory, planted_in_environment)

    # Entered where it belongs …
    process = await product.start("accounts", "add", "named")
    await product.enter(process, "Token from @BotFather", named.token)
    assert await product.end(process) == 0
    process = await product.start("accounts", "add", "ada", "--user")
    await product.enter(process, "Phone number, with its country code", PHONE)
    await product.hear(process, b"Code that Telegram sent: ")
    assert process.stdin is not None
    process.stdin.write((await telegram.login_code(PHONE)).encode() + b"\n")
    await product.enter(process, "Password of two-step verification", PASSWORD)
    assert await product.end(process) == 0
    process = await product.start("providers", "add", "groq")
    await product.enter(process, "Key of groq", PROVIDER_KEY)
    assert await product.end(process) == 0
    # … and where it does not.
    process = await product.start("accounts", "add", "oops", "--user")
    await product.enter(process, "Phone number, with its country code", named.token)
    assert await product.end(process) == 2
    process = await product.start("accounts", "import", "oops")
    await product.enter(process, "String session", named.token)
    assert await product.end(process) == 2
    wrong = Product(directory, {"BOT_TOKENS": f"x{named.token}", "LOG_LEVEL": named.token})
    assert await wrong.end(await wrong.start("run")) == 2

    process = await product.start("run", f"--report={report}", "--log-level=DEBUG")
    await product.hear(process, b"refused: ")
    while (await telegram.ledger_summary()).listening < 3:
        await asyncio.sleep(0.02)  # another process
    await telegram.write(eve, named, f"is this yours? {named.token} {PROVIDER_KEY}")
    await telegram.wait_for("answered", 1)
    await product.hear(process, b"")
    process.send_signal(signal.SIGTERM)
    assert await product.end(process) == 0

    places = {
        str(file.relative_to(tmp_path)): file.read_bytes()
        for file in (*directory.rglob("*"), report)
        if file.is_file() and file.name not in KEPT_BY_THE_USER
    }
    places |= {"output": bytes(product.said), "wrong output": bytes(wrong.said)}
    places |= {"process list": bytes(product.command_lines)}
    assert any(name.endswith(".log") for name in places)
    assert b"desktop" in product.command_lines
    found = {
        f"{name} in {place}"
        for name, secret in planted(
            directory, [named.token, unnamed.token, from_file.token]
        ).items()
        for place, content in places.items()
        if any(spelling in content for spelling in spellings(secret))
    }
    assert found == set()


def planted(directory: Path, tokens: list[str]) -> dict[str, str | bytes]:
    """All secrets by what they are; of a token the part that is secret."""
    (master_key,) = find_keys(directory).keys
    secrets: dict[str, str | bytes] = {
        f"token {number}": token.partition(":")[2] for number, token in enumerate(tokens)
    }
    secrets |= {
        "wrong token": WRONG_TOKEN.partition(":")[2],
        "api hash": API_HASH,
        "phone": PHONE.removeprefix("+"),
        "password": PASSWORD,
        "provider's key": PROVIDER_KEY,
        "provider's key of the environment": PROVIDER_KEY_OF_ENVIRONMENT,
        "password of Redis": REDIS_PASSWORD,
        "master key": master_key.secret,
    }
    for session in sorted((directory / "sessions").glob("*.session")):
        key = read_session(session, 0, Seal([master_key])).auth_key
        secrets |= {f"{session.stem} auth key": key, f"{session.stem} its middle": key[100:140]}
        with closing(sqlite3.connect(session)) as database:
            assert database.execute("pragma journal_mode").fetchone() == ("delete",)
    assert sum("auth key" in name for name in secrets) == 5  # of each bot, also the refused one
    return secrets
