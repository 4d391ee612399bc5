"""Builds the statements that erase a person's data, now or after a restore."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import delete, update

from engine.storage.database.operation import Step, Steps, update_batch
from engine.storage.database.schema import (
    IncomingState,
    OutgoingState,
    consents,
    incoming,
    llm_usage,
    operation_metrics,
    outgoing,
    subscriptions,
)
from engine.storage.database.statement import Row

ERASED: Final = 0
"""Instead of a person who had their data deleted."""

FORGOTTEN: Final = "forgotten"
"""Why an erased message that had no end yet has none."""

_OF_A_PERSON = ("person", "chat")  # like `llm_usage.Scope`, which is a layer above

_CLEAR_ANSWERS = update_batch(outgoing, ("incoming",), fixed={"text": ""})
_END_PLANNED = update_batch(
    outgoing,
    ("incoming",),
    given=("reason", "ended_at"),
    fixed={"state": OutgoingState.SET_ASIDE.value},
    where=lambda table: table.c.state == OutgoingState.PLANNED.value,
)
_END_OPEN = update_batch(
    incoming,
    ("id",),
    given=("reason", "ended_at"),
    fixed={"state": IncomingState.LEFT.value},
    where=lambda table: table.c.state < IncomingState.ANSWERED.value,
)
CLEAR = update_batch(
    incoming, ("id",), fixed={"text": "", "sender": ERASED, "title": None, "language": None}
)


def erase_messages(rows: Sequence[Row]) -> Steps[None]:
    """Erase incoming messages: rows of (id, reason, at)."""
    ids = [row[:1] for row in rows]
    yield Step(_CLEAR_ANSWERS, ids)
    yield Step(_END_PLANNED, rows)
    yield Step(_END_OPEN, rows)
    yield Step(CLEAR, ids)
    return [None] * len(rows)


def all_but_messages(person: int, until: float = math.inf) -> tuple[Any, ...]:
    """Return statements that erase a person's other data, or only what is older than `until`."""
    day = "9999" if until == math.inf else datetime.fromtimestamp(until, UTC).date().isoformat()
    return (
        delete(consents).where(consents.c.person == person, consents.c.given_at <= until),
        delete(operation_metrics).where(
            operation_metrics.c.person == person, operation_metrics.c.day <= day
        ),
        delete(llm_usage).where(
            # a direct chat has the person's id
            llm_usage.c.scope.in_(_OF_A_PERSON),
            llm_usage.c.subject == str(person),
            llm_usage.c.day <= day,
        ),
        update(subscriptions)
        .where(subscriptions.c.given_by == person, subscriptions.c.given_at <= until)
        .values(given_by=ERASED),
    )
