"""Whether what a killed engine left is whole: its database and its sessions, judged on copies."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

_COMPANIONS = ("", "-journal", "-wal", "-shm")


@contextmanager
def opened_copy(file: Path) -> Iterator[sqlite3.Connection]:
    """The database as its next owner would find it, with its journal; the original untouched.

    Only when its owner has ended: of one that writes meanwhile, the parts would not match.
    """
    with tempfile.TemporaryDirectory() as directory:
        for companion in _COMPANIONS:
            part = file.with_name(file.name + companion)
            if part.exists():
                shutil.copyfile(part, Path(directory) / part.name)
        with closing(sqlite3.connect(Path(directory) / file.name)) as database:
            yield database


@contextmanager
def opened_beside(file: Path) -> Iterator[sqlite3.Connection]:
    """The database to read, whether an engine runs on it or not."""
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as database:
        yield database


def unsound(data: Path) -> list[str]:
    """What is wrong with the database and the sessions in a data directory; a line for each."""
    found = []
    for file in (data / "gavatcore.db", *sorted((data / "sessions").glob("*.session"))):
        if not file.exists():
            continue
        try:
            with opened_copy(file) as database:
                answer = database.execute("pragma integrity_check").fetchall()
                if answer != [("ok",)]:
                    found.append(f"{file.name}: {answer[0][0]}")
                if file.suffix == ".session":
                    found += [f"{file.name}: {trouble}" for trouble in _session_trouble(database)]
        except sqlite3.Error as error:
            found.append(f"{file.name}: {error}")
    return found


def _session_trouble(database: sqlite3.Connection) -> list[str]:
    """A session is either untouched (no table yet) or has its key and its place in the updates."""
    if not database.execute("select count(*) from sqlite_master").fetchone()[0]:
        return []
    keys = database.execute("select length(auth_key) from sessions").fetchall()
    if len(keys) != 1:
        return [f"{len(keys)} logins"]
    if keys[0][0] and not database.execute("select 1 from update_state where id = 0").fetchone():
        return ["a login that has forgotten how far it read"]
    return []
