"""Stores how often, how fast and how well each operation went, by day (UTC) and person."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any

from sqlalchemy import ClauseElement, case

from engine.storage.database.database import Database
from engine.storage.database.operation import Step, Steps
from engine.storage.database.repository import Repository
from engine.storage.database.schema import operation_metrics
from engine.storage.database.statement import Batch, Binds, Row
from engine.storage.database.upsert import insert_into


@dataclass(frozen=True, slots=True)
class OperationMetric:
    """The results of one operation on one day."""

    operation: str
    day: str  # 2026-01-31, in UTC
    person: int
    count: int
    errors: int
    seconds: float  # in all
    slowest: float  # s


class OperationMetrics(Repository[OperationMetric]):
    """Metrics by operation, day and person."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, operation_metrics, OperationMetric)

    async def add(self, metrics: Sequence[OperationMetric]) -> None:
        """Add these to the day's figures; at most one for each operation, day and person.

        If a server goes away just as it commits, one addition may count twice.
        """
        await self._database.write_all(_add, [astuple(metric) for metric in metrics])

    async def on(self, day: str) -> tuple[OperationMetric, ...]:
        """Return the metrics of one day."""
        return await self.filter(operation_metrics.c.day == day)


def _build(dialect: str, rows: Sequence[Binds]) -> ClauseElement:
    table = operation_metrics
    names = [column.name for column in table.columns]
    new = insert_into(table, dialect).values([dict(zip(names, row, strict=True)) for row in rows])
    added = new.excluded
    sums = {name: table.columns[name] + added[name] for name in ("count", "errors", "seconds")}
    slowest = case((added.slowest > table.c.slowest, added.slowest), else_=table.c.slowest)
    statement: ClauseElement = new.on_conflict_do_update(
        index_elements=[column.name for column in table.primary_key],
        set_={**sums, "slowest": slowest},
    )
    return statement


_ADD = Batch(tuple(column.type for column in operation_metrics.columns), _build)


def _add(rows: Sequence[Row]) -> Steps[None]:
    # One statement cannot touch a row twice: what several callers add is summed first.
    merged: dict[Row, list[Any]] = {}
    for *key, count, errors, seconds, slowest in rows:
        known = merged.setdefault(tuple(key), [0, 0, 0.0, 0.0])
        known[0] += count
        known[1] += errors
        known[2] += seconds
        known[3] = max(known[3], slowest)
    yield Step(_ADD, [(*key, *values) for key, values in merged.items()])
    return [None] * len(rows)
