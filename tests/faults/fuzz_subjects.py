"""The small files of a data directory in a sound state, and who reads each."""

import asyncio
import gzip
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import msgspec
import rsa

from desktop.languages import KeptLanguage
from desktop.shell.said_once import SaidOnce
from desktop.shell.single_instance import SingleInstance
from engine.accounts.bot_personas import BotPersonas
from engine.accounts.paused import PausedAccounts
from engine.accounts.vault import ApiCredentials, open_vault
from engine.assembly import speech
from engine.bots.unasked.announcement_pool import AnnouncementPool
from engine.cli.engine_answers import engine_status
from engine.clock import SystemClock
from engine.files.data_lock import hold_data_directory
from engine.replies.personas.static_replies import SHIPPED as STATIC_REPLIES
from engine.replies.personas.static_replies import load_static_replies
from engine.settings import load_settings
from engine.storage.backups.file import put_back
from engine.storage.locations.backups import Backups
from engine.storage.locations.by_url import location_of
from engine.storage.locations.migration import migrate_location
from engine.telegram.server import server_from
from engine.telegram.sessions.file import SessionData, write_session
from engine.watch.emergency_record import EmergencyRecord, Recorded
from engine.watch.emergency_state import EmergencyCause

TOKEN = "123456789:ABCdefGHIjklMNOpqrSTUvwxYZ0123456789"
KEY = "sk-this-is-a-key-of-nobody-0123456789"

Call = Callable[[Path], object]


@dataclass(frozen=True, slots=True)
class Subject:
    """One file; `commands` are those of `gavatcore` that read it, `calls` other readers."""

    file: str
    commands: tuple[str, ...] = ()
    calls: tuple[Call, ...] = ()


_PROVIDERS = """\
[[provider]]
name = "groq"
kind = "groq"
weight = 3
min_interval = 2.5

[[provider]]
name = "own"
kind = "compatible"
order = 2
model = "qwen"
base_url = "http://localhost:8000/v1"
stream_usage = false
"""
_ENVIRONMENT = f"""\
# Written by hand.
OS_KEYRING=false
BOT_TOKENS={TOKEN}
LOG_LEVEL=INFO
RETENTION_DAYS=30
LLM_WAIT=12.5
QUIET_HOURS=23:30-7
"""
_ANNOUNCEMENTS = '[ada]\nen = ["one", "two"]\ntr = ["bir"]\n[fallback]\nen = ["hello"]\n'
_PERSONA = """\
title = "Guide"
language = "tr"
[profile]
name = "Ada"
age = 30
[emotion]
strength = 0.4
[[stances]]
topic = "tea"
words = ["tea", "chai"]
position = "for"
because = "it is warm"
[announcements]
en = ["hello"]
"""


def _status(directory: Path) -> None:
    with hold_data_directory(directory):
        assert engine_status(directory) is None


def _announcements(directory: Path) -> None:
    AnnouncementPool.load(speech._ANNOUNCEMENTS, directory / "announcements.toml")


def _server(directory: Path) -> None:
    server_from(
        load_settings(
            directory, TELEGRAM_SERVER="localhost:1", TELEGRAM_SERVER_KEY=directory / "server.pem"
        )
    )


def _address(directory: Path) -> None:
    instance = SingleInstance(directory)
    instance._uses_unix_socket = lambda: False  # type: ignore[method-assign]  # as on Windows
    instance.raise_first(patience=0)


def _restore(directory: Path) -> None:
    put_back(directory / "backups" / "b.db.gz", directory)


SUBJECTS = (
    Subject(
        "accounts.json",
        ("accounts list", "accounts pause ada", "report", "report --json", "announcements list"),
    ),
    Subject("secrets.json", ("accounts list", "providers list")),
    Subject("master.key", ("accounts list", "providers list")),
    Subject(
        "paused.json",
        ("accounts list", "accounts pause ada", "accounts resume ada"),
        (lambda directory: PausedAccounts(directory).names(),),
    ),
    Subject(
        "personas.json",
        ("personas list", "personas choose ada cafe_host"),
        (lambda directory: BotPersonas(directory).all(),),
    ),
    Subject("personas/mine.toml", ("personas list", "personas choose ada mine")),
    Subject("providers.toml", ("providers list", "providers add own")),
    Subject("announcements.toml", (), (_announcements,)),
    Subject(
        "static_replies.toml",
        (),
        (lambda directory: load_static_replies(directory / "static_replies.toml"),),
    ),
    Subject("gavatcore.env", ("accounts list", "report", "personas list")),
    Subject(
        "emergency.json",
        ("providers check",),
        (lambda directory: EmergencyRecord(directory).read(),),
    ),
    Subject("control.sock", ("status",), (_status,)),
    Subject("language", (), (lambda directory: KeptLanguage(directory / "language").read(),)),
    Subject("hint.said", (), (lambda directory: SaidOnce(directory / "hint.said").first_time(),)),
    Subject("desktop.address", (), (_address,)),
    Subject("server.pem", (), (_server,)),
    Subject(
        "backups/b.db.gz", ("db check backups/b.db.gz", "db restore backups/b.db.gz"), (_restore,)
    ),
    Subject(
        "sessions/ada.session",
        ("accounts list", "report", "sessions list", "accounts export ada", "sessions clean"),
    ),
    Subject("engine.lock", ("report", "db stats", "cache clear")),
    Subject("paused.json.lock", ("accounts pause ada",)),
)


def make_sound(directory: Path) -> None:
    """Fill `directory` with all of them."""
    directory.mkdir(mode=0o700, parents=True)
    (directory / "gavatcore.env").write_text(_ENVIRONMENT)
    vault = open_vault(directory, load_settings(directory))
    vault.accounts.add_bot("ada", TOKEN.replace("1", "2"), at=1.0)
    vault.accounts.add_user("can", "+905550000001", at=2.0)
    vault.keep_api(ApiCredentials(12345, "0123456789abcdef0123456789abcdef"))
    vault.secrets.set("provider/groq", KEY)
    PausedAccounts(directory).pause("can")
    BotPersonas(directory).choose("ada", "cafe_host")
    for folder in ("personas", "sessions", "backups"):
        (directory / folder).mkdir()
    (directory / "personas" / "mine.toml").write_text(_PERSONA)
    (directory / "providers.toml").write_text(_PROVIDERS)
    (directory / "announcements.toml").write_text(_ANNOUNCEMENTS)
    (directory / "static_replies.toml").write_bytes(STATIC_REPLIES.read_bytes())
    EmergencyRecord(directory).keep(Recorded(1.0, EmergencyCause.OPERATOR))
    (directory / "control.sock").write_bytes(msgspec.json.encode({"version": 1}))
    (directory / "language").write_text("tr\n")
    (directory / "hint.said").touch()
    (directory / "desktop.address").write_text("1 00ff")
    (directory / "engine.lock").touch()
    (directory / "paused.json.lock").touch()
    public, _private = rsa.newkeys(512)
    (directory / "server.pem").write_bytes(public.save_pkcs1())
    session = SessionData(2, "127.0.0.1", 443, bytes(range(256)))
    write_session(directory / "sessions" / "ada.session", session, 1, vault.seal)
    asyncio.run(_back_up(directory))


async def _back_up(directory: Path) -> None:
    location = location_of(None, directory)
    await migrate_location(location, SystemClock())
    backup = await Backups(location, directory, SystemClock()).make()
    backup.file.rename(directory / "backups" / "b.db.gz")
    with gzip.open(directory / "backups" / "b.db.gz") as packed:
        assert packed.read(15) == b"SQLite format 3"
    with closing(sqlite3.connect(directory / "gavatcore.db")) as database:
        database.execute("pragma journal_mode = delete")
