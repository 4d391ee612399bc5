"""The limit of open files is raised as far as the system lets it."""

import errno
import subprocess
import sys
from collections.abc import Callable

import pytest

from engine.bots.connection.open_files import OpenFiles, are_used_up
from engine.storage.database.postgres.trouble import trouble

_SHOW = """
import resource
from engine.bots.connection.open_files import raise_limit
resource.setrlimit(resource.RLIMIT_NOFILE, (300, 700))
few, many = raise_limit(100), raise_limit(500)
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0], few.allowed, few.suffice, many.suffice)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sockets are no files there")
def test_the_soft_limit_becomes_the_hard_one_and_what_is_short_is_said() -> None:
    done = subprocess.run([sys.executable, "-c", _SHOW], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["700", "700", "True", "False"]


_REFUSED = """
import resource
from engine.bots.connection.open_files import TooFewFilesError, raise_limit
resource.setrlimit(resource.RLIMIT_NOFILE, (20, 20))
try:
    raise_limit(1)
except TooFewFilesError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sockets are no files there")
def test_where_nothing_could_run_the_start_is_refused_in_a_sentence() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _REFUSED], capture_output=True, text=True, check=True
    )
    assert done.stdout == (
        "This fleet needs 138 open files, the system allows 20: raise the limit (ulimit -n).\n"
    )


def test_without_a_limit_everything_suffices() -> None:
    files = OpenFiles(None, 1_000_000, 500)
    assert files.suffice
    assert files.places >= 500


def test_something_is_kept_back_from_the_bots_and_one_always_runs() -> None:
    assert OpenFiles(64, 216, 40).places == 8
    assert OpenFiles(10, 216, 40).places == 1


def test_a_file_that_could_not_be_opened_for_want_of_descriptors_is_told_from_others() -> None:
    assert are_used_up(OSError(errno.EMFILE, "too many"))
    assert are_used_up(OSError(errno.ENFILE, "too many in the system"))
    assert not are_used_up(OSError(errno.ENOENT, "none"))
    assert not are_used_up(ValueError("24"))
    wrapped = ValueError("no backup")
    wrapped.__cause__ = OSError(errno.EMFILE, "too many")
    assert are_used_up(wrapped)


@pytest.mark.timeout(10)
@pytest.mark.parametrize("judge", [are_used_up, trouble])
def test_an_error_among_its_own_causes_is_judged_as_any_other(
    judge: Callable[[Exception], object],
) -> None:
    for length in (1, 3):  # the one as `raise error from error` leaves it
        errors = [ValueError(str(n)) for n in range(length)]
        for n, error in enumerate(errors):
            error.__cause__ = errors[(n + 1) % length]
        assert not judge(errors[0])
