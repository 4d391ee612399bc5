"""A row in every table, and all rows of all tables, to compare databases by."""

from typing import Any

from sqlalchemy import Boolean, select

from engine.storage.alerts import StoredAlert, StoredAlerts
from engine.storage.announcements import Announcement, Announcements, Round, Rounds
from engine.storage.audit import AuditLog
from engine.storage.chats import Chats, StoredChat
from engine.storage.database.database import Database
from engine.storage.database.schema import IncomingState, lineage, metadata
from engine.storage.flood_waits import FloodWait, FloodWaits
from engine.storage.llm_usage import LlmUsage, Reservation, Settlement
from engine.storage.messages.messages import Messages
from engine.storage.messages.operation_metrics import OperationMetric, OperationMetrics
from engine.storage.people.consents import Consent, Consents, Purpose
from engine.storage.people.memories import Memories, Memory
from engine.storage.people.subscriptions import SubscriptionRecords
from engine.storage.restores.lineage import RESTORED
from tests.support.stored_samples import PEER, heard, said


async def fill(database: Database) -> None:
    """At least one row in every table."""
    messages = Messages(database)
    stored = await messages.store_incoming([heard(n) for n in range(50)])
    for one in stored[:10]:
        await messages.sent(await messages.plan(said(one.id)), 7.0)
    await messages.leave(stored[20].id, "no_text", 8.0)
    await Chats(database).put(StoredChat("anna", -5, "group", "Çay", 1.2, -100500))
    consents = Consents(database)
    await consents.put_all(Consent(42, -5, "", "llm", at, at + 1) for at in (1.0 / 3, 5.0))
    await consents.put_all(Consent(42, 42, one, "llm", 6.0) for one in ("anna", "bora"))
    await SubscriptionRecords(database).begin(
        "anna", -5, Purpose.TALK, title="Çay", peer=PEER, by=42, at=1.1, confirmed=True
    )
    await Rounds(database).put(Round("anna", None, 2.5))
    await Announcements(database).put(Announcement(1, "anna", -5, "Hi", 1.0))
    await StoredAlerts(database).put(StoredAlert(1, "memory", "warning", "Much.", 1.0))
    await OperationMetrics(database).add(
        [OperationMetric("answer", "2026-01-31", 0, 1, 0, 0.1, 0.1)]
    )
    await FloodWaits(database).keep(FloodWait("anna", "send", 99.5))
    usage = LlmUsage(database)
    for n in (1, 2):
        await usage.reserve(Reservation(n, "2026-01-31", "anna", -5, 42, "openai", 90, 300, 0.1))
    await usage.settle([Settlement(1, 1, 80, 20, 0.2 / 3)])
    await Memories(database).put(Memory(1, "anna", 42, "I like tea.", 1.0, 2.0, 3, b"\x00\x3c"))
    await AuditLog(database).add(at=1.0, actor="me", action="fill", subject="all")


Rows = dict[str, list[tuple[Any, ...]]]


async def rows_of(database: Database) -> Rows:
    """All rows by table, in the order of their keys; fails if a table is empty."""
    found = await _rows_of(database)
    for name, rows in found.items():
        assert rows, name
    return found


async def restored_rows_of(database: Database) -> Rows:
    """As `rows_of`, of a database that was restored, without the moment."""
    found = await _rows_of(database)
    rows = found["incoming"]
    found["incoming"] = [(*row[:-2], None, row[-1]) if row[-3] == RESTORED else row for row in rows]
    return found


def as_restored(rows: Rows) -> Rows:
    """What a restore makes of these: open messages are set aside, and rounds begin anew."""
    left = IncomingState.LEFT.value
    changed = [
        (*row[:-4], left, RESTORED, None, row[-1])
        if row[-4] < IncomingState.ANSWERED.value
        else row
        for row in rows["incoming"]
    ]
    return rows | {"incoming": changed, "announcement_rounds": []}


async def _rows_of(database: Database) -> Rows:
    found = {}
    for table in metadata.sorted_tables:
        if table is lineage:  # another one at each start
            continue
        query = select(table).order_by(*table.primary_key)
        types = [column.type for column in table.columns]
        found[table.name] = [
            tuple(
                bool(value) if isinstance(kind, Boolean) else value
                for kind, value in zip(types, row, strict=True)
            )
            for row in await database.read(query)
        ]
    return found
