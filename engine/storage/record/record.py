"""Defines the record of what a restore must not undo: withdrawals, erasures and ends.

The record is a growing list of lines: what happened, a keyed hash of whom it concerns, and when. It
holds no text. `record_file` keeps it beside a SQLite file, `record_table` in a table of PostgreSQL
that no restore touches. `reapplied` repeats what a restored database has lost.
"""

import enum
import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

_BYTES = 16  # of a hash
EVERY_PURPOSE: Final = "*"
ACCOUNT_REMOVED: Final = "account_removed"
"""Why a message an account had not finished, or a subscription of its chats, ended with it."""


class RecordKind(enum.StrEnum):
    """The kind of a line."""

    KEY = "key"  # the key of the hashes, in hexadecimal; the first line
    NEXT = "next"  # the database is about to get this mark
    SEEN = "seen"  # the database has got this mark
    WITHDRAWN = "withdrawn"  # somebody's consent
    ERASED = "erased"  # somebody's messages; detail: the newest row concerned
    ENDED = "ended"  # a subscription; detail: why
    ENDED_OPERATORS = "ended_operators"  # likewise, if the operator had begun it
    RETIRED = "retired"  # an account was removed
    MOVED = "moved"  # a chat has another id; detail: the hash of that


class RecordLine(NamedTuple):
    """One line; `mark` is a hash, a key or a mark of the database."""

    kind: str
    mark: str
    at: float  # seconds since 1970
    detail: str = ""


class Hashes:
    """Hashes ids under one key: HMAC-SHA256, cut to 128 bits."""

    def __init__(self, key: str) -> None:
        self._key = bytes.fromhex(key)

    def of(self, *parts: object) -> str:
        """Return the hash of the parts."""
        text = "\x1f".join(map(str, parts)).encode()
        return hmac.digest(self._key, text, hashlib.sha256)[:_BYTES].hex()

    def chat(self, chat: int) -> str:
        """Return the hash of a chat."""
        return self.of("chat", chat)

    def person(self, person: int) -> str:
        """Return the hash of a person."""
        return self.of("person", person)

    def account(self, account: str) -> str:
        """Return the hash of an account."""
        return self.of("account", account)

    def consent(self, person: int, account: str, chat: str, purpose: str) -> str:
        """Return the hash of a consent; `chat` is a hash, so that a moved chat is found twice."""
        return self.of("consent", person, account, chat, purpose)

    def subscription(self, account: str, chat: str, purpose: str) -> str:
        """Return the hash of a subscription; `chat` is a hash."""
        return self.of("subscription", account, chat, purpose)


Entry = Callable[[Hashes], RecordLine]
"""What is to be kept, once the key is known."""


def withdrawn(person: int, account: str, chat: int, purpose: str, at: float) -> Entry:
    """Return the entry of a withdrawn consent."""

    def entry(hashes: Hashes) -> RecordLine:
        mark = hashes.consent(person, account, hashes.chat(chat), purpose)
        return RecordLine(RecordKind.WITHDRAWN, mark, at)

    return entry


def erased(person: int, newest_row: int, at: float) -> Entry:
    """Return the entry of a person's erasure, up to `newest_row`."""
    return lambda hashes: RecordLine(RecordKind.ERASED, hashes.person(person), at, str(newest_row))


def ended(
    kind: RecordKind, account: str, chat: int, purpose: str | None, *, reason: str, at: float
) -> Entry:
    """Return the entry of a subscription's end; no purpose means all of them."""

    def entry(hashes: Hashes) -> RecordLine:
        of = purpose or EVERY_PURPOSE
        return RecordLine(kind, hashes.subscription(account, hashes.chat(chat), of), at, reason)

    return entry


def retired(account: str, at: float) -> Entry:
    """Return the entry of a removed account."""
    return lambda hashes: RecordLine(RecordKind.RETIRED, hashes.account(account), at)


def moved(chat: int, to: int, at: float) -> Entry:
    """Return the entry of a chat that moved."""
    return lambda hashes: RecordLine(RecordKind.MOVED, hashes.chat(chat), at, hashes.chat(to))


def marked(kind: RecordKind, mark: str, at: float) -> Entry:
    """Return the entry of a mark; `kind` is NEXT or SEEN."""
    return lambda _: RecordLine(kind, mark, at)


@dataclass(frozen=True, slots=True)
class KeepLines:
    """A step of a write: these entries are on the disk before the write is confirmed."""

    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """A step of a write: returns all lines in order; none before the first."""


@dataclass(frozen=True, slots=True)
class PruneRecord:
    """A step of a write: drops what is older than `before` (seconds since 1970)."""

    before: float


RecordStep = KeepLines | ReadRecord | PruneRecord


def worth_keeping(lines: Sequence[RecordLine], before: float) -> list[RecordLine]:
    """Return the lines without entries older than `before` and without outdated marks."""
    seen = max((n for n, line in enumerate(lines) if line.kind == RecordKind.SEEN), default=0)
    last = lines[seen].mark if lines else ""
    marks = {RecordKind.NEXT, RecordKind.SEEN}
    return [
        line
        for n, line in enumerate(lines)
        if line.kind == RecordKind.KEY
        or (line.kind not in marks and line.at >= before)
        or (line.kind in marks and (n > seen or line.mark == last))
    ]
