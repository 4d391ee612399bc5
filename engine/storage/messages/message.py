"""A message: one that came, one that goes out, one line of a chat.

What is stored is what is handled: nobody above has a type of their own for them.
"""

import enum
from dataclasses import dataclass

import msgspec

from engine.storage.database.schema import IncomingState
from engine.storage.people.agreement import Wrote


class Peer(msgspec.Struct, frozen=True, gc=False):
    """A chat as Telegram wants it named in a request."""

    type: str  # user, chat or channel
    id: int
    access_hash: int = 0
    topic: int = 0  # of a forum; 0: its General topic, or none

    @property
    def kept_type(self) -> str:
        """The type with the topic, as it is stored: channel, or channel#17."""
        return f"{self.type}#{self.topic}" if self.topic else self.type

    @classmethod
    def kept(cls, kept_type: str, id_: int, access_hash: int) -> "Peer":
        """The peer that was stored so."""
        type_, _, topic = kept_type.partition("#")
        return cls(type_, id_, access_hash, int(topic or 0))


class ChatKind(enum.StrEnum):
    """Says whether one person or a group reads a chat."""

    DIRECT = "direct"
    GROUP = "group"


class IncomingMessage(msgspec.Struct, frozen=True, gc=False):
    """A message that reached one of our accounts; account, chat and message id identify it."""

    account: str  # ours, that received it
    chat: int  # marked as Telethon marks it: below zero for groups
    message: int  # Telegram's id
    sender: int
    sender_is_bot: bool
    kind: ChatKind
    text: str
    mentions_us: bool  # as Telegram says: our name, or an answer to a message of ours
    peer: Peer
    at: float  # seconds since 1970, by Telegram's clock
    title: str = ""  # of the group
    language: str | None = None  # of the sender's Telegram, where it says so
    left: str | None = None  # why it needs no answer, where that is known at once
    of_another: bool = False  # the sender passes on what somebody else wrote
    forwarded_from: int | None = None  # marked id of the first writer; read on arrival, not stored


class StoredIncoming(msgspec.Struct, frozen=True, gc=False):
    """What became of an incoming message that was handed over."""

    id: int
    is_new: bool
    state: IncomingState


@dataclass(frozen=True, slots=True)
class UnfinishedIncoming:
    """An incoming message without an end; while ANSWERING its answer is among the unsent."""

    id: int
    message: IncomingMessage
    state: IncomingState


class OutgoingMessage(msgspec.Struct, frozen=True, gc=False):
    """A message to send, under the id by which Telegram knows a repetition."""

    account: str
    chat: int
    random_id: int
    text: str
    peer: Peer
    at: float  # seconds since 1970
    expires_at: float
    reply_to: int | None = None
    incoming: int | None = None  # the id of the row it answers
    purpose: str | None = None  # what it was planned for; None: it is an answer


@dataclass(frozen=True, slots=True)
class Unsent:
    """An outgoing message of which it is not known that it arrived."""

    id: int
    message: OutgoingMessage


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line of a chat."""

    at: float
    is_ours: bool
    sender: int | None  # None: the account itself
    text: str
    message: int | None  # Telegram's id, of incoming ones; None in the group it became this one of
    of_another: bool = False  # the sender passes on what somebody else wrote
    answers: Wrote | None = None  # of ours: what it answers
    is_talk: bool = True  # False: it answers a command, or nobody knows what any more

    @property
    def wrote(self) -> Wrote | None:
        """The person's line that decides who may read this one; None: it is our own accord."""
        if self.is_ours or self.sender is None:
            return self.answers
        return Wrote(self.sender, self.at, self.message, self.of_another)

    def answered_by(self, at: float, text: str) -> "HistoryEntry":
        """Our answer to this line of a person."""
        is_talk = bool(self.text) and not self.text.startswith("/")
        return HistoryEntry(at, True, None, text, None, answers=self.wrote, is_talk=is_talk)


@dataclass(frozen=True, slots=True)
class Ends:
    """How many incoming messages there are by state, and those left by reason."""

    states: dict[IncomingState, int]
    reasons: dict[str, int]
