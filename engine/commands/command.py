"""Describes an operator command before any of it is imported."""

import enum
from dataclasses import dataclass


class Needs(enum.Enum):
    """The state of the engine that a command requires."""

    RUNNING = "running"
    STOPPED = "stopped"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Command:
    """One row of the table.

    `module` implements the command in a running engine and defines its arguments: see
    `engine.commands.request`. A command with a module that needs a running engine is built from
    these alone; every other one is a function of `engine.cli`, whose parameters are its arguments.
    """

    name: str  # the words of the command line, as in "accounts add"
    sentence: str  # marked for translation; more may follow after an empty line
    needs: Needs = Needs.EITHER
    destroys: bool = False  # it deletes something: ask before
    audit: str | None = None  # its action in the audit log; None: no entry
    module: str | None = None

    @property
    def word(self) -> str:
        """The last word of the name."""
        return self.name.rpartition(" ")[2]

    @property
    def group(self) -> str | None:
        """The words before the last; None if there are none."""
        return self.name.rpartition(" ")[0] or None

    @property
    def is_sent(self) -> bool:
        """True if the command line only sends it to a running engine and prints the result."""
        return self.module is not None and self.needs is Needs.RUNNING
