"""Accounts with their sealed tokens, and the personas they speak as."""

from dataclasses import dataclass, field

from engine.storage.database import Database
from engine.storage.repository import Repository
from engine.storage.schema import accounts, personas


@dataclass(frozen=True, slots=True)
class StoredAccount:
    """One account; `token` is sealed before it comes here."""

    name: str
    token: bytes | None = field(repr=False)
    persona: str | None
    paused: bool
    created_at: float
    changed_at: float


@dataclass(frozen=True, slots=True)
class StoredPersona:
    """One persona; `profile` is JSON."""

    name: str
    profile: str
    changed_at: float


class Accounts(Repository[StoredAccount]):
    """By name."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, accounts, StoredAccount)


class Personas(Repository[StoredPersona]):
    """By name."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, personas, StoredPersona)
