"""What can go wrong with the storage, in terms that hold for both databases."""

import enum
from dataclasses import dataclass

from engine.errors import GavatcoreError


class StorageError(GavatcoreError):
    """The database cannot be used."""


class StorageUnavailableError(StorageError):
    """The storage was closed, or its trouble did not pass in time: what was asked is not stored."""


class ConflictError(StorageError):
    """This one row breaks a rule of the schema; the others of its group are stored."""


class TroubleKind(enum.StrEnum):
    """Why nothing can be written at the moment."""

    FULL = "full"  # no room on the disk
    READ_ONLY = "read_only"
    UNREACHABLE = "unreachable"  # the server, or the file
    BUSY = "busy"  # another program holds the file, or the server has no connection left
    FAILING = "failing"  # the disk reports errors
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class StorageTrouble:
    """Nothing can be stored until this passes; what was accepted is kept and tried again."""

    kind: TroubleKind
    sentence: str  # while it is in use
    fact: str  # when it is to be opened, and nothing goes on by itself

    @property
    def may_pass(self) -> bool:
        """Whether it is worth waiting for the end of it."""
        return self.kind not in {TroubleKind.DAMAGED, TroubleKind.FAILING}


class TroubleError(StorageError):
    """An attempt failed for a reason that has nothing to do with the rows."""

    def __init__(self, trouble: StorageTrouble, sentence: str | None = None) -> None:
        super().__init__(sentence or trouble.sentence)
        self.trouble = trouble

    def while_opening(self) -> "TroubleError":
        """The same of a database that is not open yet: nobody goes on by themselves."""
        return TroubleError(self.trouble, self.trouble.fact)
