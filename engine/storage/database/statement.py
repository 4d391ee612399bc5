"""Compiles statements once for each dialect, to run them on the bare driver."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter
from typing import Any

from sqlalchemy import BindParameter, ClauseElement, bindparam
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

Row = tuple[Any, ...]
Binds = Sequence[BindParameter[Any]]

SIZES = (256, 64, 16, 4, 1)
"""Rows a statement is compiled for: any number is at most three of each."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """The SQL of one dialect, and the positions of its parameters among the given values."""

    sql: str
    pick: Callable[[Row], Row] | None  # orders the values; None: as given
    own: Row = ()  # values of the statement itself, which follow the given ones

    def parameters(self, values: Row) -> Row:
        """Return the parameters in the order of the SQL."""
        return values if self.pick is None else self.pick(values + self.own)


@dataclass(eq=False, slots=True)
class Batch:
    """A statement over any number of rows of the same shape.

    `build` gets the dialect's name and the bind parameters of each row, in the order and types of
    the values.
    """

    types: tuple[TypeEngine[Any], ...]
    build: Callable[[str, Sequence[Binds]], ClauseElement]
    returns_rows: bool = False
    _compiled: dict[tuple[str, int], Compiled] = field(default_factory=dict)

    def is_compiled(self, dialect: Dialect, rows: int) -> bool:
        """Return True if it is compiled for this number of rows."""
        return (dialect.name, rows) in self._compiled

    def compiled(self, dialect: Dialect, rows: int) -> Compiled:
        """Return it compiled for this number of rows."""
        key = dialect.name, rows
        if key not in self._compiled:
            binds = [
                [bindparam(f"p{row}_{n}", type_=kind) for n, kind in enumerate(self.types)]
                for row in range(rows)
            ]
            places = {bind.key: n for n, bind in enumerate(chain.from_iterable(binds))}
            self._compiled[key] = _compile(self.build(dialect.name, binds), dialect, places)
        return self._compiled[key]


@dataclass(eq=False, slots=True)
class Query:
    """A statement with named parameters, compiled at its first use."""

    statement: ClauseElement
    names: tuple[str, ...]
    returns_rows: bool = True
    _compiled: dict[str, Compiled] = field(default_factory=dict)

    def is_compiled(self, dialect: Dialect) -> bool:
        """Return True if it is compiled for the dialect."""
        return dialect.name in self._compiled

    def compiled(self, dialect: Dialect) -> Compiled:
        """Return it compiled for the dialect."""
        if dialect.name not in self._compiled:
            places = {name: n for n, name in enumerate(self.names)}
            self._compiled[dialect.name] = _compile(self.statement, dialect, places)
        return self._compiled[dialect.name]

    def __str__(self) -> str:
        """Return its SQL in the dialect of its last use: formatting it again takes milliseconds."""
        compiled = next(iter(self._compiled.values()), None)
        return str(self.statement) if compiled is None else compiled.sql


def compile_once(statement: ClauseElement, dialect: Dialect) -> tuple[str, Row]:
    """Return SQL and parameters of a statement with its own values."""
    compiled: Any = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    values: Mapping[str, Any] = compiled.params
    return str(compiled), tuple(values[name] for name in compiled.positiontup or ())


def chunks(rows: Sequence[Row]) -> list[Sequence[Row]]:
    """Split rows into pieces of the sizes that are compiled."""
    pieces = []
    start = 0
    for size in SIZES:
        while len(rows) - start >= size:
            pieces.append(rows[start : start + size])
            start += size
    return pieces


def _compile(statement: ClauseElement, dialect: Dialect, places: dict[str, int]) -> Compiled:
    compiled: Any = statement.compile(dialect=dialect)
    own: list[Any] = []
    count = len(places)
    for name in compiled.positiontup or ():
        if name not in places:  # a value of the statement itself
            places[name] = count + len(own)
            own.append(compiled.params[name])
    order = tuple(places[name] for name in compiled.positiontup or ())
    pick = None if order == tuple(range(count)) else _picker(order)
    return Compiled(str(compiled), pick, tuple(own))


def _picker(places: tuple[int, ...]) -> Callable[[Row], Row]:
    if len(places) < 2:  # `itemgetter` returns no tuple for fewer
        return lambda values: tuple(values[place] for place in places)
    pick: Callable[[Row], Row] = itemgetter(*places)
    return pick
