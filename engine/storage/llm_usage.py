"""Stores the daily use of language models (UTC), and reservations of calls under way.

A reservation is stored before its call. Settling removes it and adds the real use, in one
transaction and exactly once. A killed process's reservations count as used.
"""

import enum
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any

from sqlalchemy import ClauseElement, delete, select

from engine.storage.database.database import Database
from engine.storage.database.operation import Step, Steps, delete_rows, given_rows, insert, once
from engine.storage.database.repository import Repository
from engine.storage.database.schema import llm_reservations, llm_usage
from engine.storage.database.statement import Batch, Binds, Row
from engine.storage.database.taken_apart import store_apart
from engine.storage.database.upsert import insert_into


class Scope(enum.StrEnum):
    """The kind of subject whose use of language models is counted."""

    FLEET = "fleet"
    PROVIDER = "provider"
    BOT = "bot"
    CHAT = "chat"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Usage:
    """The use by one subject on one day."""

    day: str  # 2026-01-31, in UTC
    scope: str
    subject: str
    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost: float


@dataclass(frozen=True, slots=True)
class Reservation:
    """The most that one call may use."""

    id: int
    day: str
    bot: str
    chat: int
    person: int  # 0: nobody's
    provider: str
    prompt_tokens: int
    completion_tokens: int
    cost: float


@dataclass(frozen=True, slots=True)
class Settlement:
    """The real use of a reservation's call; no calls if it never reached the provider."""

    reservation: int
    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost: float


def subjects(bot: str, chat: int, person: int, provider: str) -> tuple[tuple[Scope, str], ...]:
    """Return all subjects to whom a call is charged."""
    counted = [
        (Scope.FLEET, ""),
        (Scope.PROVIDER, provider),
        (Scope.BOT, bot),
        (Scope.CHAT, str(chat)),
    ]
    if person:
        counted.append((Scope.PERSON, str(person)))
    return tuple(counted)


class LlmUsage:
    """Every write returns when it survives a power cut; all raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._usage = Repository(database, llm_usage, Usage)
        self._reservations = Repository(database, llm_reservations, Reservation)

    async def reserve(self, reservation: Reservation) -> None:
        """Store a reservation."""
        await self._database.write(_RESERVE, astuple(reservation))

    async def settle(self, settlements: Sequence[Settlement]) -> int:
        """Store settlements; return how many failed: their reservations count as used.

        Repeated settlements, and those never reserved, have no effect.
        """
        return await store_apart(self._settle, settlements)

    async def _settle(self, settlements: Sequence[Settlement]) -> None:
        await self._database.write_all(_settle, [astuple(one) for one in settlements])

    async def settle_abandoned(self) -> None:
        """Count an earlier process's reservations as used; call it before the first `reserve`."""
        left = await self._reservations.filter()
        await self.settle(
            [
                Settlement(one.id, 1, one.prompt_tokens, one.completion_tokens, one.cost)
                for one in left
            ]
        )

    async def on(self, day: str) -> tuple[Usage, ...]:
        """Return the use on one day."""
        return await self._usage.filter(llm_usage.c.day == day)

    async def forget_before(self, day: str) -> None:
        """Delete the use before one day."""
        await self._database.write(once(delete(llm_usage).where(llm_usage.c.day < day)), ())


_RESERVE = insert(llm_reservations)
_REMOVE = delete_rows(llm_reservations)


def _find(_: str, rows: Sequence[Binds]) -> ClauseElement:
    wanted = given_rows((llm_reservations.c.id,), rows)
    query: ClauseElement = select(llm_reservations).join_from(
        wanted, llm_reservations, llm_reservations.c.id == wanted.c.id
    )
    return query


_FIND = Batch((llm_reservations.c.id.type,), _find, returns_rows=True)


def _build_add(dialect: str, rows: Sequence[Binds]) -> ClauseElement:
    names = [column.name for column in llm_usage.columns]
    new = insert_into(llm_usage, dialect).values(
        [dict(zip(names, row, strict=True)) for row in rows]
    )
    key = [column.name for column in llm_usage.primary_key]
    sums = {name: llm_usage.c[name] + new.excluded[name] for name in names if name not in key}
    statement: ClauseElement = new.on_conflict_do_update(index_elements=key, set_=sums)
    return statement


_ADD = Batch(tuple(column.type for column in llm_usage.columns), _build_add)


def _settle(rows: Sequence[Row]) -> Steps[None]:
    """Add the use of existing reservations only, so a repetition adds nothing."""
    taken = {row[0]: row[1:] for row in rows}
    found = yield Step(_FIND, [(number,) for number in taken])
    sums: dict[Row, list[Any]] = {}
    for number, day, bot, chat, person, provider, *_ in found.rows:
        for scope, subject in subjects(bot, chat, person, provider):
            known = sums.setdefault((day, scope.value, subject), [0, 0, 0, 0.0])
            known[:] = (a + b for a, b in zip(known, taken[number], strict=True))
    if found.rows:
        yield from _REMOVE([row[:1] for row in found.rows])
        yield Step(_ADD, [(*key, *values) for key, values in sums.items()])
    return [None] * len(rows)
