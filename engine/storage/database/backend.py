"""Defines what the two databases have in common for the rest of this room."""

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
    """Several callers' requests of one operation; each succeeds or fails by itself."""

    operation: Operation[Any]
    requests: Sequence[Sequence[Row]]

    def rows(self) -> list[Row]:
        """Return the rows of all requests."""
        return list(chain.from_iterable(self.requests))


Answer = Sequence[Any] | Exception
"""The results for the rows of one request, or why it alone failed."""


class Backend(Protocol):
    """One database. Every method raises TroubleError if the database itself cannot be used."""

    name: str
    commits_at_once: int  # commits that may begin before the first has ended

    async def commit(self, bundles: Sequence[Bundle]) -> list[list[Answer]]:
        """Do everything in one transaction, which survives a power cut once this returns."""
        ...

    async def read(self, query: Query | ClauseElement, values: Row) -> Sequence[Row]:
        """Return the rows of a query."""

    def connections(self) -> Connections:
        """Return the state of the connections."""

    async def reset(self) -> None:
        """Close every connection; the next use opens new ones."""
        ...

    async def close(self) -> None:
        """Close everything for good."""


def share(bundle: Bundle, results: Sequence[Any]) -> list[Answer]:
    """Split the results of all rows by request."""
    if len(results) == len(bundle.requests):  # one row each: none is empty
        return list(zip(results, strict=True))
    answers: list[Answer] = []
    start = 0
    for request in bundle.requests:
        answers.append(results[start : start + len(request)])
        start += len(request)
    return answers
