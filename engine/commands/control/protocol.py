"""What crosses the control socket: one line of JSON each way, of at most so many bytes.

No secret is ever among it: what has to do with keys and tokens is done by the command line itself.
"""

import enum

import msgspec

VERSION = 1
MOST_ASKED = 1 << 16  # bytes of a question
MOST_WAIT = 30.0  # s, whatever the question says
MOST_ANSWERED = 1 << 24  # bytes of an answer; a status takes some 1,000 for each bot


class Reason(enum.StrEnum):
    """Why a command was not carried out."""

    NOT_UNDERSTOOD = "not_understood"
    OTHER_VERSION = "other_version"
    UNKNOWN = "unknown"  # there is no such command, or not in a running engine
    STARTING = "starting"
    STOPPING = "stopping"
    FAILED = "failed"


class Question(msgspec.Struct, frozen=True):
    """One command, by its name in the table, with its arguments."""

    version: int
    command: str
    arguments: msgspec.Raw = msgspec.Raw(b"{}")
    wait: float = 0.0  # s that the command may wait for an engine that is starting


class Refusal(msgspec.Struct, frozen=True):
    """Why it was not done, and a sentence about it in the engine's language."""

    reason: Reason
    sentence: str


class Answer(msgspec.Struct, frozen=True):
    """What came of it: a result, which may be null, or a refusal."""

    version: int
    result: msgspec.Raw = msgspec.Raw(b"null")
    refusal: Refusal | None = None


def encode_line(message: Question | Answer) -> bytes:
    """Return a message as one line."""
    return msgspec.json.encode(message) + b"\n"


def refusal_line(reason: Reason, sentence: str) -> bytes:
    """Return the answer that says why nothing was done, as one line."""
    return encode_line(Answer(VERSION, refusal=Refusal(reason, sentence)))
