"""Builds the command line of our own processes."""

import os
import sys


def module_command(module: str, *arguments: str) -> tuple[str, ...]:
    """Return the command that runs `module` as a program, in the Python that runs this one.

    It imports from the working directory only if this process does: with `-m` alone, a folder
    called `engine` or a file `msgspec.py` there would be run in place of ours.
    """
    safe = () if _imports_from_here() else ("-P",)
    return (sys.executable, *safe, "-m", module, *arguments)


def _imports_from_here() -> bool:
    try:
        return not {"", os.getcwd()}.isdisjoint(sys.path)  # noqa: PTH109 - as in sys.path
    except FileNotFoundError:  # the directory is gone
        return False
