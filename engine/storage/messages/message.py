"""Defines messages: incoming, outgoing, and lines of a chat.

The stored types are the handled types: no room above has its own.
"""

import enum
from dataclasses import dataclass

import msgspec

from engine.storage.database.schema import IncomingState
from engine.storage.peer import Peer
from engine.storage.people.agreement import Wrote


class ChatKind(enum.StrEnum):
    """The kind of a chat: one person, or a group."""

    DIRECT = "direct"
    GROUP = "group"


class IncomingMessage(msgspec.Struct, frozen=True, gc=False):
    """A message that reached one of our accounts; account, chat and message id identify it."""

    account: str  # our account that received it
    chat: int  # marked as Telethon does it: negative for groups
    message: int  # the id on Telegram
    sender: int
    sender_is_bot: bool
    kind: ChatKind
    text: str
    mentions_us: bool  # by Telegram's flag: it names our account or answers its message
    peer: Peer
    at: float  # seconds since 1970, by Telegram's clock
    title: str = ""  # title of the group
    language: str | None = None  # of the sender's Telegram, if Telegram sends it
    left: str | None = None  # why it needs no answer, if that is known at once
    of_another: bool = False  # the sender forwards what somebody else wrote
    forwarded_from: int | None = None  # the original writer's marked id; not stored


class StoredIncoming(msgspec.Struct, frozen=True, gc=False):
    """The stored form of an incoming message."""

    id: int
    is_new: bool
    state: IncomingState


@dataclass(frozen=True, slots=True)
class UnfinishedIncoming:
    """An incoming message without an end; while ANSWERING, its answer is among the unsent."""

    id: int
    message: IncomingMessage
    state: IncomingState


class OutgoingMessage(msgspec.Struct, frozen=True, gc=False):
    """A message to send, with the id by which Telegram recognises a repetition."""

    account: str
    chat: int
    random_id: int
    text: str
    peer: Peer
    at: float  # seconds since 1970
    expires_at: float
    reply_to: int | None = None
    incoming: int | None = None  # row of the message it answers
    purpose: str | None = None  # purpose of an unprompted message; None: it is an answer


@dataclass(frozen=True, slots=True)
class Unsent:
    """An outgoing message whose arrival is not confirmed."""

    id: int
    message: OutgoingMessage


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line of a chat."""

    at: float
    is_ours: bool
    sender: int | None  # None: the account itself
    text: str
    message: int | None  # Telegram's id of incoming ones; None from before the group moved
    of_another: bool = False  # the sender forwards what somebody else wrote
    answers: Wrote | None = None  # of our lines: the message it answers
    is_talk: bool = True  # False: it answers a command, or an unknown message

    @property
    def wrote(self) -> Wrote | None:
        """The person's line whose consent covers this one; None: it is unprompted."""
        if self.is_ours or self.sender is None:
            return self.answers
        return Wrote(self.sender, self.at, self.message, self.of_another)

    def answered_by(self, at: float, text: str) -> "HistoryEntry":
        """Return our answer to this line of a person."""
        is_talk = bool(self.text) and not self.text.startswith("/")
        return HistoryEntry(at, True, None, text, None, answers=self.wrote, is_talk=is_talk)


@dataclass(frozen=True, slots=True)
class Ends:
    """The number of incoming messages by state, and of those left, by reason."""

    states: dict[IncomingState, int]
    reasons: dict[str, int]
