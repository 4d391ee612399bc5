"""Defines the messages of the control socket: one line of JSON each way, of limited length.

They never contain a secret: the command line itself handles keys and tokens.
"""

import enum

import msgspec

VERSION = 1
MOST_ASKED = 1 << 16  # bytes of a question
MOST_WAIT = 30.0  # s, whatever the question says
MOST_ANSWERED = 1 << 24  # bytes of an answer; a status takes some 1,000 for each bot


class Reason(enum.StrEnum):
    """The reason why a command was not executed."""

    NOT_UNDERSTOOD = "not_understood"
    OTHER_VERSION = "other_version"
    UNKNOWN = "unknown"  # the command does not exist, or not in a running engine
    STARTING = "starting"
    STOPPING = "stopping"
    FAILED = "failed"


class CommandQuestion(msgspec.Struct, frozen=True):
    """One command by its name in the table, with its arguments."""

    version: int
    command: str
    arguments: msgspec.Raw = msgspec.Raw(b"{}")
    wait: float = 0.0  # s that the command may wait for a starting engine


class CommandRefusal(msgspec.Struct, frozen=True):
    """The reason and a sentence about it, in the engine's language."""

    reason: Reason
    sentence: str


class CommandAnswer(msgspec.Struct, frozen=True):
    """The reply: a result, which may be null, or a refusal."""

    version: int
    result: msgspec.Raw = msgspec.Raw(b"null")
    refusal: CommandRefusal | None = None


def encode_line(message: CommandQuestion | CommandAnswer) -> bytes:
    """Return a message as one line."""
    return msgspec.json.encode(message) + b"\n"


def refusal_line(reason: Reason, sentence: str) -> bytes:
    """Return a refusal as one line."""
    return encode_line(CommandAnswer(VERSION, refusal=CommandRefusal(reason, sentence)))
