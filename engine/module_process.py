"""The command line of a process of our own; every part that starts one asks here."""

import sys


def module_command(module: str, *arguments: str) -> tuple[str, ...]:
    """Return the command that runs `module` as a program, in the Python that runs this one."""
    return (sys.executable, "-m", module, *arguments)
