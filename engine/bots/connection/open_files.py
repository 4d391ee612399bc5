"""Compares the files and sockets that this process may open with those that a fleet needs."""

import contextlib
import errno
import sys
from dataclasses import dataclass

from engine.errors import GavatcoreError, causes_of
from engine.language import _

_EACH = 2  # a bot's socket, and the lock of its session
_SELF = 120  # everything else: 18 were measured; a window and a provider's connections need more
_LOGGING_IN = 4 * 4  # sessions that are being read or written
_LEAST = 48  # reserved for everything but the bots
_NOTHING_RUNS = 32  # with fewer, not even a backup can be made

NO_LIMIT = 1_000_000  # bots


@dataclass(frozen=True, slots=True)
class OpenFiles:
    """The files that the system allows (None: no limit), and those needed for `bots`."""

    allowed: int | None
    needed: int
    bots: int = 0

    @property
    def suffice(self) -> bool:
        """True if the allowed files are enough."""
        return self.allowed is None or self.allowed >= self.needed

    @property
    def places(self) -> int:
        """The number of bots that may run at the same time."""
        if self.allowed is None:
            return NO_LIMIT
        return max(1, (self.allowed - _LEAST) // _EACH)


class TooFewFilesError(GavatcoreError):
    """The system allows so few files that nothing would run."""


def raise_limit(bots: int) -> OpenFiles:
    """Raise the limit as far as the administrator allows; return allowed and needed files.

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
    """Return True if `error` says that the process or the system may open no more files."""
    return any(
        isinstance(one, OSError) and one.errno in {errno.EMFILE, errno.ENFILE}
        for one in causes_of(error)
    )


def _raise() -> int | None:
    if sys.platform == "win32":
        return None  # sockets are not files there
    import resource  # noqa: PLC0415 - POSIX alone has it

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with contextlib.suppress(ValueError, OSError):  # macOS: not to infinity
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if soft == resource.RLIM_INFINITY else soft
