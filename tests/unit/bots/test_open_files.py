"""The limit of open files is raised as far as the system lets it."""

import subprocess
import sys

import pytest

from engine.bots.open_files import OpenFiles

_SHOW = """
import resource
from engine.bots.open_files import raise_limit
resource.setrlimit(resource.RLIMIT_NOFILE, (300, 700))
few, many = raise_limit(100), raise_limit(500)
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0], few.allowed, few.suffice, many.suffice)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sockets are no files there")
def test_the_soft_limit_becomes_the_hard_one_and_what_is_short_is_said() -> None:
    done = subprocess.run([sys.executable, "-c", _SHOW], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["700", "700", "True", "False"]


def test_without_a_limit_everything_suffices() -> None:
    assert OpenFiles(None, 1_000_000).suffice
