"""Decides if an error of PostgreSQL, its driver or the pool concerns a row or the server."""

from collections.abc import Iterator

from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from engine.errors import described
from engine.language import _
from engine.storage.database.errors import StorageTrouble, TroubleKind

# Classes and codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
_CODES = {
    "53100": TroubleKind.FULL,
    "53": TroubleKind.BUSY,  # insufficient resources, including connections
    "25006": TroubleKind.READ_ONLY,
    "08": TroubleKind.UNREACHABLE,  # connection exceptions
    "57P": TroubleKind.UNREACHABLE,  # shutting down, crashed, starting
    "28": TroubleKind.UNREACHABLE,  # role or password rejected
    "3D": TroubleKind.UNREACHABLE,  # no such database
    "58": TroubleKind.FAILING,  # system errors
    "XX001": TroubleKind.DAMAGED,
    "XX002": TroubleKind.DAMAGED,
}


def trouble(error: BaseException) -> StorageTrouble | None:
    """Return the trouble with the server; None if the error concerns a row or a statement."""
    for one in _chain(error):
        kind = _kind(one)
        if kind is not None:
            return StorageTrouble(kind, _sentence(kind), _fact(kind))
    return None


def is_conflict(error: BaseException) -> bool:
    """Return True if a row violates a constraint."""
    return any(_code(one).startswith("23") for one in _chain(error))


def is_momentary(error: BaseException) -> bool:
    """Return True if the server aborted the transaction in favour of another."""
    return any(_code(one).startswith("40") for one in _chain(error))


def _kind(error: BaseException) -> TroubleKind | None:
    code = _code(error)
    for length in (5, 3, 2):
        if (kind := _CODES.get(code[:length])) is not None:
            return kind
    if isinstance(error, PoolTimeoutError):
        return TroubleKind.BUSY
    # asyncpg raises InterfaceError for a lost connection.
    if isinstance(error, OSError | TimeoutError) or type(error).__name__ == "InterfaceError":
        return TroubleKind.UNREACHABLE
    return None


def _code(error: BaseException) -> str:
    return getattr(error, "sqlstate", None) or ""


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()  # an error may be among its own causes
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or getattr(error, "orig", None)


def _sentence(kind: TroubleKind) -> str:
    match kind:
        case TroubleKind.FULL:
            return _(
                "The database server's disk is full: free some, and storing goes on by itself."
            )
        case TroubleKind.READ_ONLY:
            return _("The database server allows no writing: storing goes on when it does again.")
        case TroubleKind.BUSY:
            return _("The database server is out of connections or memory: storing goes on later.")
        case TroubleKind.DAMAGED:
            return _("The database server reports damaged data: restore a backup.")
        case TroubleKind.FAILING:
            return _("The database server's disk reports errors: look at its state.")
        case TroubleKind.UNREACHABLE:
            return _("The database server cannot be reached: storing goes on when it is back.")


def refusal(error: BaseException) -> str | None:
    """Return why the server rejects us until a person acts; None if it does not."""
    codes = [_code(one) for one in _chain(error)]
    if any(code.startswith("28") for code in codes):
        return _("The database server refuses the role or its password.")
    if any(code.startswith("3D") for code in codes):
        return _("The database server has no such database.")
    if "42501" in codes:
        return _("The database server does not let the role make tables there: grant it CREATE.")
    return None


def told(error: BaseException) -> str:
    """Describe an error we have no words for: by the server's code, or its type."""
    return described(next((one for one in _chain(error) if _code(one)), error))


def _fact(kind: TroubleKind) -> str:
    match kind:
        case TroubleKind.FULL:
            return _("The database server's disk is full.")
        case TroubleKind.READ_ONLY:
            return _("The database server allows no writing.")
        case TroubleKind.BUSY:
            return _("The database server is out of connections or memory.")
        case TroubleKind.DAMAGED:
            return _("The database server reports damaged data: restore a backup.")
        case TroubleKind.FAILING:
            return _("The database server's disk reports errors: look at its state.")
        case TroubleKind.UNREACHABLE:
            return _("The database server cannot be reached.")
