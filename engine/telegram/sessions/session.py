"""Keeps a Telethon session in memory; a worker thread writes changes to its file.

Telethon's own SQLite session commits on the loop's thread and keeps three descriptors open.
"""

import asyncio
import datetime
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from telethon.crypto import AuthKey
from telethon.sessions import MemorySession
from telethon.tl.types.updates import State

from engine.secrets.seal import Seal
from engine.telegram.sessions.file import (
    EntityRow,
    SessionData,
    UpdateState,
    read_session,
    write_session,
)

MOST_ENTITIES = 2_000  # of each account, in memory; the file keeps all


class _Login(NamedTuple):
    """A key and the data centre where it is valid."""

    dc: int
    address: str | None
    port: int | None
    key: Any


class KnownPeer(NamedTuple):
    """A person or chat as it was met before, in Telethon's terms."""

    access_hash: int
    title: str | None


class AccountSession(MemorySession):  # type: ignore[misc]  # Telethon ships no types
    """Serves Telethon's synchronous reads and writes; `load` and `flush` access the file."""

    def __init__(self, path: Path, seal: Seal) -> None:
        super().__init__()
        self.path = path
        self._seal = seal
        self._known: OrderedDict[int, EntityRow] = OrderedDict()
        self._unwritten: dict[int, EntityRow] = {}
        self._states: dict[int, UpdateState] = {}  # of the account (0) and its channels
        self._changed = False
        self._aside: _Login | None = None  # kept until a login with another key succeeded

    # -- blocking: call in a worker thread --

    def load(self) -> None:
        """Load the file's contents; raises SessionDamagedError or SealBrokenError."""
        data = read_session(self.path, MOST_ENTITIES, self._seal)
        self._dc_id, self._server_address, self._port = data.dc, data.server_address, data.port
        self._auth_key = AuthKey(data.auth_key) if data.auth_key else None
        self._changed = not data.sealed
        self._known = OrderedDict((row.id, row) for row in data.entities)
        self._states = dict(data.update_states)

    # -- on the loop's thread --

    async def flush(self, now: int) -> None:
        """Write all changes to the file, in a worker thread; `now` in epoch seconds.

        A file that was removed meanwhile is rewritten completely. Raises OSError or sqlite3.Error;
        the changes are then kept for the next flush.
        """
        if self._auth_key is not None and not self.path.exists():
            self._unwritten = dict(self._known)
            self._changed = True
        if not self._changed:
            return
        self._changed = False
        entities, self._unwritten = self._unwritten, {}
        login = self._aside or self._login()
        data = SessionData(
            dc=login.dc,
            server_address=login.address,
            port=login.port,
            auth_key=login.key.key if login.key else b"",
            entities=list(entities.values()),
            update_states=dict(self._states),
        )
        try:
            await asyncio.to_thread(write_session, self.path, data, now, self._seal)
        except BaseException:
            self._unwritten = entities | self._unwritten
            self._changed = True
            raise

    def _login(self) -> "_Login":
        return _Login(self._dc_id, self._server_address, self._port, self._auth_key)

    def lay_key_aside(self) -> None:
        """Make the next connection create a new key; the file keeps the present one."""
        if self._aside is None:
            self._aside = self._login()
        self._auth_key = None

    def drop_key_laid_aside(self) -> None:
        """Replace the old key with the new one, whose login succeeded."""
        self._changed = self._changed or self._aside is not None
        self._aside = None

    def take_key_back(self) -> None:
        """Restore the old key, because the login with the new one failed."""
        if self._aside is not None:
            self._dc_id, self._server_address, self._port, self._auth_key = self._aside
            self._aside = None

    def acquaintance(self, identifier: int) -> "KnownPeer | None":
        """Return access hash and name of a person or chat, by marked id; None if unknown."""
        row = self._known.get(identifier)
        return None if row is None else KnownPeer(row.hash, row.name)

    def remember(self, account: Mapping[str, Any], channels: Mapping[int, int]) -> None:
        """Note how far updates are read and stored, as `MessageBox.session_state` gives it."""
        date = account["date"].timestamp()
        states = {0: UpdateState(account["pts"], account["qts"], date, account["seq"])}
        for channel, pts in channels.items():
            states[channel] = UpdateState(pts, 0, 0.0, 0)
        if states.items() - self._states.items():
            self._states |= states
            self._changed = True

    def forget(self, person: int) -> None:
        """Forget the name of a person; their next message brings it back."""
        known = self._known.get(person)
        row = EntityRow(person, known.hash if known else 0, None, None, None)
        self._known[person] = self._unwritten[person] = row
        self._changed = True

    # -- called by Telethon --

    def set_dc(self, dc_id: int, server_address: str, port: int) -> None:
        """Set the data centre; note a change for the next flush."""
        if (dc_id, server_address, port) != (self._dc_id, self._server_address, self._port):
            super().set_dc(dc_id, server_address, port)
            self._changed = True

    @property
    def auth_key(self) -> Any:
        """The auth key, as an AuthKey; None before a login."""
        return self._auth_key

    @auth_key.setter
    def auth_key(self, value: Any) -> None:
        if value is not self._auth_key:
            self._auth_key = value
            self._changed = True

    def get_update_state(self, entity_id: int) -> Any:
        """Return the update state of the account (0) or a channel; None if unknown."""
        state = self._states.get(entity_id)
        return None if state is None else _as_telethon(state)

    def set_update_state(self, entity_id: int, state: Any) -> None:
        """Set the update state of the account (0) or a channel."""
        kept = UpdateState(state.pts, state.qts, state.date.timestamp(), state.seq)
        if self._states.get(entity_id) != kept:
            self._states[entity_id] = kept
            self._changed = True

    def get_update_states(self) -> list[tuple[int, Any]]:
        """Return all known update states with their ids."""
        return [(identifier, _as_telethon(state)) for identifier, state in self._states.items()]

    def process_entities(self, tlo: Any) -> None:
        """Remember the people and chats in an answer; keep the MOST_ENTITIES newest in memory."""
        for values in self._entities_to_rows(tlo):
            # Nothing here looks people up by phone, and the file must not hold phone numbers.
            row = EntityRow(*values)._replace(phone=None)
            if self._known.get(row.id) == row:
                self._known.move_to_end(row.id)
                continue
            self._known[row.id] = self._unwritten[row.id] = row
            self._changed = True
            if len(self._known) > MOST_ENTITIES:
                self._known.popitem(last=False)

    def get_entity_rows_by_id(self, id: int, exact: bool = True) -> tuple[int, int] | None:  # noqa: A002 - Telethon's name
        """Return id and access hash by id; without `exact`, chats and channels are tried too."""
        candidates = (id,) if exact else (id, -id, -1_000_000_000_000 - id)
        for candidate in candidates:
            if row := self._known.get(candidate):
                return row.id, row.hash
        return None

    def get_entity_rows_by_username(self, username: str) -> tuple[int, int] | None:
        """Return id and access hash by username; None if unknown."""
        return self._find("username", username)

    def get_entity_rows_by_phone(self, phone: str) -> tuple[int, int] | None:
        """Return None: phone numbers are not kept."""
        del phone
        return None

    def get_entity_rows_by_name(self, name: str) -> tuple[int, int] | None:
        """Return id and access hash by display name; None if unknown."""
        return self._find("name", name)

    def _find(self, column: str, value: object) -> tuple[int, int] | None:
        found = (row for row in self._known.values() if getattr(row, column) == value)
        row = next(found, None)
        return (row.id, row.hash) if row else None


def _as_telethon(state: UpdateState) -> Any:
    date = datetime.datetime.fromtimestamp(state.date, tz=datetime.UTC)
    return State(state.pts, state.qts, date, state.seq, unread_count=0)
