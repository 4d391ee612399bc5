"""Sends a command to the engine on a data directory, and waits for its result."""

import sys
import time
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec

from engine.commands.control.peers import is_same_user
from engine.commands.control.pipe import ask_pipe
from engine.commands.control.places import connected_socket
from engine.commands.control.protocol import (
    MOST_ANSWERED,
    VERSION,
    CommandAnswer,
    CommandQuestion,
    Reason,
    encode_line,
)
from engine.commands.request import Request, command_of, implementation_of
from engine.errors import GavatcoreError
from engine.language import _

_PATIENCE = 30.0  # s that a command may take

Result = TypeVar("Result")


class NoAnswerError(GavatcoreError):
    """Raised when no engine runs on the data directory, or it does not answer."""


class RefusedError(GavatcoreError):
    """Raised when the engine refused the command; `reason` is the code."""

    def __init__(self, sentence: str, reason: Reason) -> None:
        super().__init__(sentence)
        self.reason = reason


def ask_engine(
    directory: Path, request: Request[Result], *, wait: float = 0.0, patience: float = _PATIENCE
) -> Result:
    """Return the result of the command, which waits at most `wait` s for a starting engine.

    Blocks for at most `wait` and `patience` together. Raises NoAnswerError, RefusedError.
    """
    command = command_of(request)
    arguments = msgspec.Raw(msgspec.json.encode(request))
    question = encode_line(CommandQuestion(VERSION, command.name, arguments, wait))
    no_answer = _("The engine on {directory} does not answer.").format(directory=directory)
    try:
        line = exchange(directory, question, wait + patience)
        answer = msgspec.json.decode(line, type=CommandAnswer)
    except (OSError, ValueError) as error:
        raise NoAnswerError(no_answer) from error
    if answer.refusal is not None:
        raise RefusedError(answer.refusal.sentence, answer.refusal.reason)
    implementation = implementation_of(command)
    assert implementation is not None  # noqa: S101 - or there were no such request
    try:
        result: Any = msgspec.json.decode(answer.result, type=implementation.result)
    except ValueError as error:  # from another version with another format
        raise NoAnswerError(no_answer) from error
    return cast("Result", result)


def exchange(directory: Path, question: bytes, patience: float) -> bytes:
    """Send one line, and return the line that answers it; raises OSError."""
    if sys.platform == "win32":
        return ask_pipe(directory, question, MOST_ANSWERED)
    deadline = time.monotonic() + patience
    with connected_socket(directory, patience) as connection:
        if not is_same_user(connection):
            raise PermissionError("another user listens there")
        connection.sendall(question)
        answer = bytearray()
        while not answer.endswith(b"\n"):
            connection.settimeout(max(deadline - time.monotonic(), 0.001))
            piece = connection.recv(1 << 16)
            answer += piece
            if not piece or len(answer) > MOST_ANSWERED:
                raise ConnectionError("the answer is cut off")
        return bytes(answer)
