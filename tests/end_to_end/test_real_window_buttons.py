"""Each button of the real window, pressed with the mouse, has its effect in the real engine."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from engine.commands.control.client import ask_engine
from engine.commands.emergency_on import EnterEmergency
from engine.commands.status import AskStatus
from engine.gates import Gate
from engine.simulator.client import LocalTelegram
from tests.support.desktop_process import DesktopProcess, desktop_process, leading_to
from tests.support.screen import Screen, new_screen
from tests.support.waiting import until, until_answered

ROWS = 200

# A client in the midst of a change too large for its memory: half of it is in the file already.
_CLIENT = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("CREATE TABLE entities (id INTEGER PRIMARY KEY, name TEXT)")
rows = int(sys.argv[2])
db.execute("BEGIN")
db.executemany("INSERT INTO entities VALUES (?, ?)", ((n, "x" * 200) for n in range(rows)))
db.execute("COMMIT")
db.execute("PRAGMA cache_size=2")
db.execute("BEGIN IMMEDIATE")
db.execute("UPDATE entities SET name = hex(randomblob(100))")
print("half done", flush=True)
sys.stdin.read()
"""


@pytest.fixture
async def screen(tmp_path: Path) -> AsyncIterator[Screen]:
    async with new_screen(tmp_path / "screen") as screen:
        yield screen


class Person:
    """Somebody at the screen: sees the window, presses its buttons."""

    def __init__(self, screen: Screen, process: DesktopProcess) -> None:
        self._screen = screen
        self._process = process

    async def sees(self, seen: Callable[[dict[str, Any]], Any], what: str) -> dict[str, Any]:
        """Wait until what the desktop tells of itself satisfies `seen`."""
        told: dict[str, Any] = {}

        async def ask() -> bool:
            nonlocal told
            told = await self._process.ask()
            return bool(seen(told))

        await until_answered(ask, what)
        return told

    async def presses(self, button: str) -> None:
        """The left mouse button, in the middle of the button once it works."""

        def works(told: dict[str, Any]) -> bool:
            found = told["buttons"].get(button)
            return bool(found and found["enabled"])

        told = await self.sees(works, f"the button {button}")
        self._screen.click(told["buttons"][button]["at"])


@asynccontextmanager
async def person_at(
    screen: Screen, telegram: LocalTelegram, directory: Path
) -> AsyncIterator[Person]:
    """The window is open and the one bot is online."""
    async with desktop_process(
        f"--data-dir={directory}",
        environment=screen.environment | leading_to(telegram),
        module="tests.end_to_end.observed_desktop",
    ) as process:
        window = await until(screen.window, "the window")
        await until(lambda: screen.active() == window.id, "the window in front")
        person = Person(screen, process)
        await person.sees(lambda told: (told["engine"] or {}).get("online") == 1, "a bot online")
        yield person
        ended = await process.stop()
        assert (ended.status, ended.stderr) == (0, "")


async def test_emergency_mode_goes_on_and_off_and_answers_go_on(
    screen: Screen, telegram: LocalTelegram, tmp_path: Path
) -> None:
    bot, ada = await telegram.add_bot("Bot"), await telegram.add_person("Ada")
    async with person_at(screen, telegram, tmp_path / "data") as person:
        await person.presses("Emergency mode")
        told = await person.sees(lambda told: told["engine"]["emergency"], "emergency mode")
        assert told["engine"]["emergency"] == "operator"
        assert told["engine"]["closed"] == [gate.value for gate in Gate]
        assert told["buttons"]["Emergency mode"]["checked"]

        await telegram.write(ada, bot, "are you there?")
        await telegram.wait_for("answered", 1)

        await person.presses("Emergency mode")
        told = await person.sees(lambda told: not told["engine"]["emergency"], "normal mode")
        assert told["engine"]["closed"] == []

        await person.presses("Emergency mode")
        await person.presses("Leave emergency mode")
        told = await person.sees(lambda told: not told["engine"]["emergency"], "normal mode again")
        assert told["engine"]["closed"] == []
        assert "Leave emergency mode" not in told["buttons"]


async def test_what_a_terminal_commands_shows_in_the_window(
    screen: Screen, telegram: LocalTelegram, tmp_path: Path
) -> None:
    await telegram.add_bot("Bot")
    directory = tmp_path / "data"
    async with person_at(screen, telegram, directory) as person:
        await asyncio.to_thread(ask_engine, directory, EnterEmergency())
        told = await person.sees(lambda told: told["engine"]["emergency"], "emergency mode")
        assert told["buttons"]["Emergency mode"]["checked"]
        status = await asyncio.to_thread(ask_engine, directory, AskStatus())
        assert status.emergency is not None
        assert status.fleet.online == 1


async def test_cleaning_up_locks_repairs_what_a_killed_client_left_and_shows_it(
    screen: Screen, telegram: LocalTelegram, tmp_path: Path
) -> None:
    bot = await telegram.add_bot("Bot")
    session = tmp_path / "data" / "sessions" / "ada.session"
    session.parent.mkdir(parents=True)
    _leave_half_done(session)
    journal = session.with_name("ada.session-journal")
    assert journal.stat().st_size > 0
    for file in (session, journal):  # of another program: it counts as left after a minute's rest
        os.utime(file, times=(time.time() - 120,) * 2)
    async with person_at(screen, telegram, tmp_path / "data") as person:
        await person.presses("Clean up locks")
        told = await person.sees(lambda told: told["locks"], "the outcomes")
        await until(lambda: screen.window("Session locks"), "the dialog on the screen")
        outcomes = {name: (outcome, detail) for name, outcome, detail in told["locks"]}
        assert outcomes["ada"][0] == "Recovered: the login is whole"
        assert outcomes["ada"][1].startswith("A copy from before is in ")
        assert outcomes[str(bot.id)][0] == "In use by Gavatcore itself"
        await person.presses("Close")
        await until(lambda: screen.window("Session locks") is None, "the dialog closed")
    assert not journal.exists()
    assert _names(session) == {"x" * 200}


async def test_running_gc_says_what_was_there_before_and_after(
    screen: Screen, telegram: LocalTelegram, tmp_path: Path
) -> None:
    await telegram.add_bot("Bot")
    async with person_at(screen, telegram, tmp_path / "data") as person:
        await person.presses("Run GC")
        told = await person.sees(lambda told: told["notice"], "the notice")
        assert told["notice"].startswith("Garbage collected Objects ")
        objects, memory = told["notice"].split(";")[:2]
        assert " → " in objects
        assert " → " in memory
        assert "MiB" in memory
        await person.presses("Dismiss")
        await person.sees(lambda told: told["notice"] is None, "the notice gone")


def _leave_half_done(session: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _CLIENT, str(session), str(ROWS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as client:
        assert client.stdout is not None
        assert client.stdout.readline() == b"half done\n"
        client.kill()


def _names(session: Path) -> set[str]:
    code = (
        "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]);"
        "print(*(name for name, in db.execute('SELECT DISTINCT name FROM entities')))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, str(session)],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())
