"""Sessions whose owner is killed in mid-commit: recovered and still logged in, or left alone."""

import asyncio
import hashlib
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from engine.accounts.vault import ApiCredentials
from engine.secrets.master_key import MasterKey
from engine.secrets.seal import Seal
from engine.settings import load_settings
from engine.simulator.client import LocalTelegram
from engine.telegram.login.client import LoginClient
from engine.telegram.server import server_from
from engine.telegram.sessions.check import check_session
from engine.telegram.sessions.guard import load_checked
from engine.telegram.sessions.lock import SessionLock
from engine.telegram.sessions.session import AccountSession
from tests.performance.table import Table

NAME = "sessions"
TRIES = 100
_PATIENCE = 5.0  # s to catch a commit
_NOBODY: frozenset[str] = frozenset()

# Writes the session with the product's own code, over and over; the key comes by stdin.
_OWNER = """
import sys
from pathlib import Path
from engine.secrets.master_key import MasterKey
from engine.secrets.seal import Seal
from engine.telegram.sessions.file import EntityRow, UpdateState, read_session, write_session
from engine.telegram.sessions.lock import SessionLock
path, seal = Path(sys.argv[1]), Seal([MasterKey.parse(sys.stdin.readline().strip())])
SessionLock(path).acquire()
data = read_session(path, 10, seal)
print("ready", flush=True)
turn = 0
while True:
    turn += 1
    data.entities = [EntityRow(n, turn, f"user{n}", None, "x" * 300) for n in range(1, 400)]
    data.update_states = {0: UpdateState(turn, 0, turn, 0)}
    write_session(path, data, turn, seal)
"""


class _Owner:
    """A process that writes the session until it is killed."""

    def __init__(self, session: Path, key: MasterKey) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _OWNER, str(session)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(key.text.encode() + b"\n")
        self._process.stdin.flush()
        self._process.stdout.readline()

    def freeze(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()


def _state(session: Path) -> dict[str, str]:
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in session.parent.glob(f"{session.name}*")
        if not file.name.endswith(".lock")
    }


def _journal(session: Path) -> Path:
    return session.with_name(session.name + "-journal")


def _is_hot(session: Path) -> bool:
    """Whether SQLite would play the journal back: pages are being written to the file."""
    try:
        with _journal(session).open("rb") as file:
            return file.read(1) == b"\xd9"  # https://www.sqlite.org/fileformat.html, 3.1
    except FileNotFoundError:
        return False


def _catch(owner: _Owner, session: Path) -> None:
    """Stop the owner while a commit of its is under way."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if _is_hot(session):
            owner.freeze()
            if _is_hot(session):
                return
            owner.thaw()


async def _log_in(session: AccountSession, telegram: LocalTelegram, token: str | None) -> bool:
    """Whether the session is logged in; with a token it is logged in first."""
    settings = load_settings(session.path.parent, **telegram.settings([]))
    api = ApiCredentials(telegram.api_id, telegram.api_hash)
    client = LoginClient(session, server_from(settings), api)
    try:
        identity = await client.identity()
        if identity is None and token is not None:
            identity = await client.log_in_bot(token)
            await session.flush(int(time.time()))
        return identity is not None
    finally:
        await client.close()


async def _run() -> tuple[Counter[str], list[float]]:
    found: Counter[str] = Counter()
    took: list[float] = []
    key = MasterKey.generate()
    seal = Seal([key])
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "sessions" / "bot.session"
        path.parent.mkdir()
        async with await LocalTelegram.start(Path(directory) / "telegram", bots=1) as telegram:
            session = AccountSession(path, seal)
            await _log_in(session, telegram, telegram.bots[0].token)
            for _try in range(TRIES):
                await asyncio.to_thread(_break, path, key, found)
                began = time.perf_counter()
                session = AccountSession(path, seal)
                with SessionLock(path):
                    check = load_checked(session, time.time())
                took.append(time.perf_counter() - began)
                found[check.outcome.value] += 1
                found["logged in"] += await _log_in(session, telegram, None)
            found["logins"] = (await telegram.ledger_summary()).logins
    return found, took


def _break(path: Path, key: MasterKey, found: Counter[str]) -> None:
    """Kill a writer in mid-commit; before that, try to clean the session under its hands."""
    owner = _Owner(path, key)
    time.sleep(random.uniform(0, 0.02))
    _catch(owner, path)
    before = _state(path)
    found[f"held: {check_session(path, _NOBODY, time.time()).outcome.value}"] += 1
    found["held: untouched"] += _state(path) == before
    found["killed in mid-commit"] += _is_hot(path)
    owner.kill()
    assert not (path.parent / f"{path.name}.salvage").exists()


def run() -> Table:
    found, took = asyncio.run(_run())
    took.sort()
    rows = tuple((name, f"{count} of {TRIES}") for name, count in sorted(found.items()))
    middle, most = took[len(took) // 2] * 1000, took[-1] * 1000
    return Table(
        "Sessions killed in mid-commit",
        ("", "tries"),
        (*rows, ("check and load, median / longest", f"{middle:.0f} / {most:.0f} ms")),
        "A process writes a session of 400 people over and over and is stopped at a random moment "
        "of a commit: while it lives its session is checked, then it is killed with SIGKILL, the "
        "session is checked and loaded, and Telegram is asked who it is.",
    )
