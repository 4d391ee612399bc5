"""How many files and sockets this process may open, and how many a fleet needs."""

import contextlib
import errno
import sys
from dataclasses import dataclass

from engine.errors import GavatcoreError, causes_of
from engine.language import _

_EACH = 2  # a bot's socket, and the lock of its session
_SELF = 120  # everything else: 18 were measured, a window and a provider's connections want more
_LOGGING_IN = 4 * 4  # sessions that are read or written at the moment
_LEAST = 48  # kept back from the bots, for everything else to go on
_NOTHING_RUNS = 32  # with fewer not even a database can be backed up

NO_LIMIT = 1_000_000  # bots


@dataclass(frozen=True, slots=True)
class OpenFiles:
    """What the system allows, None where it names no limit, and what is needed for `bots`."""

    allowed: int | None
    needed: int
    bots: int = 0

    @property
    def suffice(self) -> bool:
        return self.allowed is None or self.allowed >= self.needed

    @property
    def places(self) -> int:
        """How many bots may run at the same time."""
        if self.allowed is None:
            return NO_LIMIT
        return max(1, (self.allowed - _LEAST) // _EACH)


class TooFewFilesError(GavatcoreError):
    """The system lets this process open so few files that nothing would run."""


def raise_limit(bots: int) -> OpenFiles:
    """Let this process open as many files as the system's administrator allows.

    Raises TooFewFilesError.
    """
    files = OpenFiles(_raise(), _SELF + _LOGGING_IN + _EACH * bots, bots)
    if files.allowed is not None and files.allowed < _NOTHING_RUNS:
        raise TooFewFilesError(
            _(
                "This fleet needs {needed} open files, the system allows {allowed}: raise the "
                "limit (ulimit -n)."
            ).format(needed=files.needed, allowed=files.allowed)
        )
    return files


def are_used_up(error: BaseException) -> bool:
    """Whether `error` says that this process, or the whole system, may open no more files."""
    return any(
        isinstance(one, OSError) and one.errno in {errno.EMFILE, errno.ENFILE}
        for one in causes_of(error)
    )


def _raise() -> int | None:
    if sys.platform == "win32":
        return None  # sockets are no files there
    import resource  # noqa: PLC0415 - POSIX alone has it

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with contextlib.suppress(ValueError, OSError):  # macOS: not to infinity
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if soft == resource.RLIM_INFINITY else soft
