"""What is known of one operator command before anything of it is imported."""

import enum
from dataclasses import dataclass


class Needs(enum.Enum):
    """What a command needs of the engine of the data directory."""

    RUNNING = "running"
    STOPPED = "stopped"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Command:
    """One row of the table.

    `module` implements it in a running engine and says what arguments it takes: see
    `engine.commands.request`. One that needs a running engine and has a module is all that the
    command line needs; every other one is a function of `engine.cli`, whose parameters are its
    arguments.
    """

    name: str  # the words of the command line, as in "accounts add"
    sentence: str  # marked for translation; more may follow after an empty line
    needs: Needs = Needs.EITHER
    destroys: bool = False  # it takes something away: worth a question before
    audit: str | None = None  # the action in the audit log; None: it leaves no entry
    module: str | None = None

    @property
    def word(self) -> str:
        """The last word of the name."""
        return self.name.rpartition(" ")[2]

    @property
    def group(self) -> str | None:
        """The words before; None for a command of its own."""
        return self.name.rpartition(" ")[0] or None

    @property
    def is_sent(self) -> bool:
        """Whether the command line only sends it to a running engine and says what came of it."""
        return self.module is not None and self.needs is Needs.RUNNING
