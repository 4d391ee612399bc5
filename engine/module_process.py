"""Builds the command line of our own processes."""

import sys


def module_command(module: str, *arguments: str) -> tuple[str, ...]:
    """Return the command that runs `module` as a program, in the Python that runs this one."""
    return (sys.executable, "-m", module, *arguments)
