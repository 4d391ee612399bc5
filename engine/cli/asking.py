"""Asks for secrets: without echo at a terminal, line by line from a pipe."""

import getpass
import os
import sys
from collections.abc import Callable

from engine.errors import GavatcoreError
from engine.language import _


class NothingEnteredError(GavatcoreError):
    """An answer was required, but none was given."""


def ask_secret(prompt: str, variable: str | None = None) -> str:
    """Return the environment's `variable`, or what a person or a pipe enters.

    Secrets never come from the command line, which every user of the machine can read. Raises
    NothingEnteredError.
    """
    answer = os.environ.get(variable, "") if variable else ""
    if not answer:
        answer = _entered(getpass.getpass, prompt) if sys.stdin.isatty() else _next_line(prompt)
    answer = answer.strip()
    if not answer:
        raise NothingEnteredError(_("Nothing was entered for: {prompt}").format(prompt=prompt))
    return answer


def ask(prompt: str) -> str:
    """Return what a person or a pipe enters, with echo; raises NothingEnteredError."""
    answer = (_entered(input, prompt) if sys.stdin.isatty() else _next_line(prompt)).strip()
    if not answer:
        raise NothingEnteredError(_("Nothing was entered for: {prompt}").format(prompt=prompt))
    return answer


def may_ask_again() -> bool:
    """Return True if a person can try again; a pipe cannot."""
    return sys.stdin.isatty()


def _entered(read: Callable[[str], str], prompt: str) -> str:
    """Return the answer at a terminal; Ctrl-D means an empty one."""
    try:
        return read(f"{prompt}: ")
    except EOFError:
        return ""


def _next_line(prompt: str) -> str:
    sys.stderr.write(f"{prompt}: \n")  # so that whoever feeds the pipe knows what is expected
    sys.stderr.flush()
    return sys.stdin.readline()
