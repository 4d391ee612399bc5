"""Defines the storage's errors in terms that hold for both databases."""

import enum
from dataclasses import dataclass

from engine.errors import GavatcoreError


class StorageError(GavatcoreError):
    """The database cannot be used."""


class StorageUnavailableError(StorageError):
    """The storage was closed, or its trouble lasted too long: nothing was stored."""


class ConflictError(StorageError):
    """This row violates a rule of the schema; the others of its group are stored."""


class TroubleKind(enum.StrEnum):
    """The reason why nothing can be written at the moment."""

    FULL = "full"  # no room on the disk
    READ_ONLY = "read_only"
    UNREACHABLE = "unreachable"  # the server, or the file
    BUSY = "busy"  # another program holds the file, or the server has no free connection
    FAILING = "failing"  # the disk reports errors
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class StorageTrouble:
    """Nothing can be stored while this lasts; accepted writes are kept and repeated."""

    kind: TroubleKind
    sentence: str  # for a database in use
    fact: str  # for a database being opened, where nothing is repeated

    @property
    def may_pass(self) -> bool:
        """True if it is worth waiting for its end."""
        return self.kind not in {TroubleKind.DAMAGED, TroubleKind.FAILING}


class TroubleError(StorageError):
    """An attempt failed for a reason unrelated to the rows."""

    def __init__(self, trouble: StorageTrouble, sentence: str | None = None) -> None:
        super().__init__(sentence or trouble.sentence)
        self.trouble = trouble

    def while_opening(self) -> "TroubleError":
        """Return the same trouble for a database not open yet, where nothing is repeated."""
        return TroubleError(self.trouble, self.trouble.fact)
