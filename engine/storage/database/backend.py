"""What the two databases have in common, as the rest of this room sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Protocol

from sqlalchemy import ClauseElement

from engine.storage.database.operation import Operation
from engine.storage.database.statement import Query, Row
from engine.storage.database.statistics import Connections


@dataclass(frozen=True, slots=True)
class Bundle:
    """What several callers want of the same operation; each stands or falls by itself."""

    operation: Operation[Any]
    requests: Sequence[Sequence[Row]]

    def rows(self) -> list[Row]:
        return list(chain.from_iterable(self.requests))


Answer = Sequence[Any] | Exception
"""The results for the rows of one request, or why it alone failed."""


class Backend(Protocol):
    """One database. Every method raises TroubleError when the database itself cannot be used."""

    name: str
    commits_at_once: int  # that may be asked for before the first has ended

    async def commit(self, bundles: Sequence[Bundle]) -> list[list[Answer]]:
        """Do all of it in one transaction that survives a power cut when this returns."""
        ...

    async def read(self, query: Query | ClauseElement, values: Row) -> Sequence[Row]: ...

    def connections(self) -> Connections: ...

    async def reset(self) -> None:
        """Close every connection; the next use opens new ones."""
        ...

    async def close(self) -> None: ...


def share(bundle: Bundle, results: Sequence[Any]) -> list[Answer]:
    """Cut the results of all rows into those of each request."""
    if len(results) == len(bundle.requests):  # one row each: none is empty
        return list(zip(results, strict=True))
    answers: list[Answer] = []
    start = 0
    for request in bundle.requests:
        answers.append(results[start : start + len(request)])
        start += len(request)
    return answers
