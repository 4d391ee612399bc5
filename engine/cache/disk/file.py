"""Stores the disk level in SQLite through aiosqlite; never repairs, as a cache is expendable.

When a cache's bytes are used up, its oldest writes leave first.
"""

import asyncio
import itertools
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiosqlite
import msgspec

from engine.files.private_files import keep_database_private
from engine.storage.database.sqlite.asynchronous import open_async
from engine.storage.database.sqlite.backend import connect

_TABLES = """
CREATE TABLE IF NOT EXISTS entry (
    id INTEGER PRIMARY KEY,
    cache TEXT NOT NULL,
    key TEXT NOT NULL,
    payload BLOB NOT NULL,
    size INTEGER NOT NULL,
    expires REAL,
    tags BLOB,
    UNIQUE (cache, key)
);
CREATE INDEX IF NOT EXISTS entry_expires ON entry (expires) WHERE expires IS NOT NULL;
CREATE INDEX IF NOT EXISTS entry_cache ON entry (cache, id);
CREATE TABLE IF NOT EXISTS tag (
    cache TEXT NOT NULL,
    name TEXT NOT NULL,
    entry INTEGER NOT NULL REFERENCES entry ON DELETE CASCADE,
    PRIMARY KEY (cache, name, entry)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tag_entry ON tag (entry);
CREATE TABLE IF NOT EXISTS note (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
_ROW_OVERHEAD = 100  # bytes of a row beside its key and payload, indexes included
_EVICTED_AT_ONCE = 64
_AT_ONCE = 500


class Put(msgspec.Struct, frozen=True, gc=False):
    """Store or replace a value. Exempt from garbage collection, as thousands may wait."""

    cache: str
    key: str
    payload: bytes
    expires: float | None  # seconds since the epoch
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete keys, or everything with one of the tags, or the whole cache."""

    cache: str
    keys: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    everything: bool = False


@dataclass(frozen=True, slots=True)
class DiskRow:
    """The value stored under a key."""

    payload: bytes
    expires: float | None
    tags: tuple[str, ...]


@dataclass(slots=True)
class DiskUsage:
    """The space that one cache uses."""

    limit: int  # bytes
    entries: int = 0
    bytes: int = 0
    evictions: int = 0
    expirations: int = 0


class DiskFile:
    """Serves one caller at a time, which must let each method finish.

    Every method may raise sqlite3.Error or OSError; a failed one leaves no change.
    """

    def __init__(self, file: Path, limits: Mapping[str, int]) -> None:
        """Set the `limits` in bytes, by cache."""
        self._file = file
        self.usage = {cache: DiskUsage(limit) for cache, limit in limits.items()}
        self._connection: aiosqlite.Connection | None = None
        self._newest = 0  # the newest id

    async def open(self) -> aiosqlite.Connection:
        """Return the connection; open or create the file if need be."""
        if self._connection is None:
            self._connection = await open_async(self._connect)
        return self._connection

    async def close(self) -> None:
        """Close the file, if it is open."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def remove(self) -> None:
        """Delete the file; the next use creates a new one."""
        await self.close()
        await asyncio.to_thread(self._unlink)
        for usage in self.usage.values():
            usage.entries = usage.bytes = 0

    async def set_aside(self) -> None:
        """Keep a damaged file for diagnosis, and start a new one."""
        await self.close()
        await asyncio.to_thread(self._rename)
        await self.remove()

    async def read(self, cache: str, keys: Sequence[str], now: float) -> dict[str, DiskRow]:
        """Return the rows under `keys` that have not expired at `now`, in epoch seconds."""
        connection = await self.open()
        found: dict[str, DiskRow] = {}
        for some in _pieces(keys):
            select = (
                "SELECT key, payload, expires, tags FROM entry "  # noqa: S608 - marks only
                f"WHERE cache = ? AND key IN ({_marks(some)})"
            )
            rows = await connection.execute_fetchall(select, (cache, *some))
            for key, payload, expires, tags in rows:
                if expires is None or expires > now:
                    found[key] = DiskRow(payload, expires, _tags(tags))
        return found

    async def apply(self, operations: Iterable[Put | Delete]) -> None:
        """Apply all in order in one transaction; then bring each cache within its limit."""
        connection = await self.open()
        before = {cache: (usage.entries, usage.bytes) for cache, usage in self.usage.items()}
        await connection.execute("BEGIN IMMEDIATE")
        try:
            for are_puts, run in itertools.groupby(operations, lambda one: isinstance(one, Put)):
                if are_puts:
                    await self._put(connection, [one for one in run if isinstance(one, Put)])
                else:
                    await self._delete(connection, [one for one in run if isinstance(one, Delete)])
            for cache, usage in self.usage.items():
                while usage.bytes > usage.limit and usage.entries:
                    usage.evictions += await self._evict(connection, cache)
            await connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                await connection.execute("ROLLBACK")
            for cache, usage in self.usage.items():
                usage.entries, usage.bytes = before[cache]
            raise

    async def purge(self, now: float, most: int) -> int:
        """Remove at most `most` expired values; return how many."""
        gone = await self._remove(
            await self.open(),
            "SELECT id FROM entry WHERE expires <= ? ORDER BY expires LIMIT ?",
            (now, most),
        )
        for cache in gone:
            self.usage[cache].expirations += 1
        return len(gone)

    async def keys(self, cache: str, most: int) -> list[str]:
        """Return the most recently written keys, newest first."""
        connection = await self.open()
        rows = await connection.execute_fetchall(
            "SELECT key FROM entry WHERE cache = ? ORDER BY id DESC LIMIT ?", (cache, most)
        )
        return [row[0] for row in rows]

    async def note(self, name: str, value: str) -> None:
        """Store a named text."""
        connection = await self.open()
        await connection.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, value))

    async def noted(self, name: str) -> str | None:
        """Return a named text, or None."""
        connection = await self.open()
        rows = await connection.execute_fetchall("SELECT value FROM note WHERE name = ?", (name,))
        return next((str(row[0]) for row in rows), None)

    def _connect(self) -> sqlite3.Connection:
        """Open or create the file, in the connection's thread."""
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        keep_database_private(self._file, made=True)
        connection = connect(self._file)
        try:
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA cache_size = -2000")  # KiB; the system caches files anyway
            connection.executescript(_TABLES)
            self._count(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _unlink(self) -> None:
        for file in self._files():
            file.unlink(missing_ok=True)

    def _rename(self) -> None:
        for file in self._files():
            if file.exists():
                file.replace(file.with_name(f"{file.name}.damaged"))

    def _files(self) -> list[Path]:
        return [self._file.with_name(self._file.name + end) for end in ("", "-wal", "-shm")]

    def _count(self, connection: sqlite3.Connection) -> None:
        for usage in self.usage.values():
            usage.entries = usage.bytes = 0
        (self._newest,) = connection.execute("SELECT coalesce(max(id), 0) FROM entry").fetchone()
        rows = connection.execute("SELECT cache, count(*), sum(size) FROM entry GROUP BY cache")
        for cache, entries, size in rows.fetchall():
            if cache in self.usage:
                self.usage[cache].entries, self.usage[cache].bytes = entries, size
            else:  # from a version with other caches
                connection.execute("DELETE FROM entry WHERE cache = ?", (cache,))

    async def _put(self, connection: aiosqlite.Connection, puts: Sequence[Put]) -> None:
        newest = {(put.cache, put.key): put for put in puts}
        keys: defaultdict[str, list[str]] = defaultdict(list)
        rows: list[tuple[object, ...]] = []
        tags: list[tuple[object, ...]] = []
        for (cache, key), put in newest.items():
            keys[cache].append(key)
            self._newest += 1
            size = len(put.payload) + len(key) + _ROW_OVERHEAD
            packed = msgspec.msgpack.encode(put.tags) if put.tags else None
            rows.append((self._newest, cache, key, put.payload, size, put.expires, packed))
            tags += [(cache, tag, self._newest) for tag in set(put.tags)]
            self.usage[cache].entries += 1
            self.usage[cache].bytes += size
        for cache, replaced in keys.items():
            await self._remove_keys(connection, cache, replaced)
        await connection.executemany("INSERT INTO entry VALUES (?,?,?,?,?,?,?)", rows)
        if tags:
            await connection.executemany("INSERT INTO tag VALUES (?,?,?)", tags)

    async def _delete(self, connection: aiosqlite.Connection, deletes: Iterable[Delete]) -> None:
        for delete in deletes:
            await self._remove_keys(connection, delete.cache, delete.keys)
            for tag in delete.tags:
                select = "SELECT entry FROM tag WHERE cache = ? AND name = ? LIMIT ?"
                while await self._remove(connection, select, (delete.cache, tag, _AT_ONCE)):
                    pass
            if delete.everything:
                select = "SELECT id FROM entry WHERE cache = ? LIMIT ?"
                while await self._remove(connection, select, (delete.cache, _AT_ONCE)):
                    pass

    async def _evict(self, connection: aiosqlite.Connection, cache: str) -> int:
        select = "SELECT id FROM entry WHERE cache = ? ORDER BY id LIMIT ?"
        return len(await self._remove(connection, select, (cache, _EVICTED_AT_ONCE)))

    async def _remove_keys(
        self, connection: aiosqlite.Connection, cache: str, keys: Sequence[str]
    ) -> None:
        for some in _pieces(keys):
            select = f"SELECT id FROM entry WHERE cache = ? AND key IN ({_marks(some)})"  # noqa: S608 - marks only
            await self._remove(connection, select, (cache, *some))

    async def _remove(
        self, connection: aiosqlite.Connection, select: str, values: tuple[object, ...]
    ) -> list[str]:
        """Delete the entries that `select` finds; return their caches."""
        rows = await connection.execute_fetchall(
            f"DELETE FROM entry WHERE id IN ({select}) RETURNING cache, size",  # noqa: S608 - our own text
            values,
        )
        for cache, size in (removed := list(rows)):
            self.usage[cache].entries -= 1
            self.usage[cache].bytes -= size
        return [cache for cache, _size in removed]


def _pieces(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), _AT_ONCE):
        yield keys[start : start + _AT_ONCE]


def _marks(values: Sequence[str]) -> str:
    return ",".join("?" * len(values))


def _tags(packed: bytes | None) -> tuple[str, ...]:
    return () if packed is None else msgspec.msgpack.decode(packed, type=tuple[str, ...])
