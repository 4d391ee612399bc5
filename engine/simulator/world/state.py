"""Defines everything that the local Telegram remembers, as one tree that fits into a file.

Structs refer to each other by id, never by reference, so the tree stays a tree.
"""

import enum
import secrets

import msgspec

from engine.simulator.world.srp import Verifier

CHANNEL_MARK = 1_000_000_000_000  # a supergroup's marked id is -(CHANNEL_MARK + id)


class Rank(enum.StrEnum):
    """An account's rank in a group; the last two are in no list of members."""

    CREATOR = "creator"
    ADMINISTRATOR = "administrator"
    MEMBER = "member"
    RESTRICTED = "restricted"  # supergroups: a member who may not write
    LEFT = "left"
    BANNED = "banned"

    @property
    def administers(self) -> bool:
        """True for ranks with administrator rights."""
        return self in (Rank.CREATOR, Rank.ADMINISTRATOR)


class EventKind(enum.StrEnum):
    """The kind of an event in a mailbox."""

    NEW = "new"
    EDITED = "edited"
    DELETED = "deleted"


class NewerPart(enum.StrEnum):
    """The part of a message that is of a layer no client knows."""

    MEDIA = "media"  # readable up to there
    MESSAGE = "message"  # all of it


class Delivery(msgspec.Struct, omit_defaults=True):
    """The delivery of one person's message to one bot, and the bot's answers."""

    addressed: bool = False  # the bot is expected to answer
    pushed: int = 0  # sent over a connection
    acknowledged: int = 0  # acknowledged by the client
    fetched: int = 0  # delivered in a difference
    answers: int = 0
    answered_at: float = 0.0  # the first answer, seconds since the epoch


class Message(msgspec.Struct, omit_defaults=True):
    """One message of the ledger."""

    uid: int  # position in `WorldState.messages`, from 1
    chat: int  # marked id; in a direct chat the person's id
    sender: int
    text: str
    date: float  # seconds since the epoch
    anonymous: bool = False  # an administrator's, signed by the supergroup
    bot: int = 0  # the bot's id in a direct chat
    number: int = 0  # the common id in a supergroup
    ids: dict[int, int] = {}  # each account's own id elsewhere
    reply_to: int = 0  # uid
    random_id: int = 0
    entities: bytes = b""  # a TL vector from the sender
    action: str = ""  # of a service message: created, joined, left, migrated_to, migrated_from
    subject: int = 0  # the account or chat that the action concerns
    edited: float = 0.0
    deleted: bool = False
    refused: int = 0  # rejected repeats of its random_id
    newer: NewerPart | None = None
    deliveries: dict[int, Delivery] = {}


class Event(msgspec.Struct, array_like=True):
    """One entry of a mailbox."""

    kind: EventKind
    pts: int  # after this event
    count: int
    date: float
    uids: list[int]


class Standing(msgspec.Struct, array_like=True):
    """A notice to a bot: somebody's rank changed, or a person blocked or unblocked it.

    Each takes one step of the bot's qts: https://core.telegram.org/api/updates.
    """

    qts: int
    date: float
    chat: int  # marked id; 0: the direct chat with `subject`
    actor: int
    subject: int
    before: Rank
    after: Rank


class Mailbox(msgspec.Struct):
    """One sequence of events with its own pts: an account's, or an account's in a supergroup."""

    pts: int = 1
    events: list[Event] = []
    told: bool = False  # the account knows that this sequence exists


class Account(msgspec.Struct):
    """A person or a bot."""

    id: int
    name: str
    username: str = ""
    token: str = ""  # bots only
    privacy: bool = True  # bots only: sees only the messages of a group that are meant for it
    mailbox: Mailbox = msgspec.field(default_factory=Mailbox)
    channels: dict[int, Mailbox] = {}
    inbox: list[int] = []  # uid of message 1, 2, ... outside supergroups
    known: set[int] = set()  # bots: people who wrote first
    blocked_by: set[int] = set()  # bots: people who blocked it
    random_ids: dict[int, tuple[int, float]] = {}  # random_id -> uid, when
    commands: list[tuple[str, str]] = []
    standings: list[Standing] = []  # bots: by qts, from 1
    banned: bool = False  # by Telegram
    deleted: bool = False  # by its owner
    newer: bool = False  # its profile holds something of a layer that no client knows
    usernames: list[str] = []  # active ones beside the first
    phone: str = ""  # people who may log in: digits
    password: Verifier | None = None  # of two-step verification

    @property
    def is_bot(self) -> bool:
        """True for a bot."""
        return bool(self.token)

    @property
    def names(self) -> frozenset[str]:
        """All active usernames, in lower case."""
        return frozenset(name.lower() for name in (self.username, *self.usernames))


class Chat(msgspec.Struct):
    """A basic group or a supergroup."""

    id: int
    title: str
    supergroup: bool
    date: float
    members: dict[int, Rank]
    version: int = 1
    last_bot: int = 0  # the last bot to write here
    history: list[int] = []  # supergroups: uid of message 1, 2, ...
    migrated_to: int = 0
    migrated_from: int = 0
    banned: set[int] = set()  # supergroups
    muted: bool = False  # only administrators may write

    @property
    def marked(self) -> int:
        """The marked id."""
        return -(CHANNEL_MARK + self.id) if self.supergroup else -self.id

    @property
    def creator(self) -> int:
        """The creator's id; 0 if the creator left."""
        return next((one for one, rank in self.members.items() if rank is Rank.CREATOR), 0)

    def rank(self, who: int) -> Rank:
        """Return the rank of an account, also of one that is no member."""
        return self.members.get(who) or (Rank.BANNED if who in self.banned else Rank.LEFT)


class AuthKeyRecord(msgspec.Struct):
    """An authorization key and its account."""

    key: bytes
    salt: int
    account: int = 0
    duplicated: bool = False  # used in two places at once: void for good


class Counters(msgspec.Struct):
    """Figures that are only counted."""

    methods: dict[str, int] = {}
    unknown_methods: dict[str, int] = {}
    floods: int = 0  # FLOOD_WAIT answers
    floods_ignored: int = 0  # calls among them that came before the wait was over
    faults: dict[str, int] = {}
    random_ids_refused: int = 0
    unprompted: int = 0  # bots' messages that answer nobody
    connections: int = 0  # accepted since the beginning
    logins: int = 0  # finished key exchanges


class WorldState(msgspec.Struct):
    """The whole tree."""

    secret: int  # access hashes are drawn from it
    accounts: dict[int, Account] = {}
    expired_tokens: set[str] = set()
    chats: dict[int, Chat] = {}  # by marked id
    messages: list[Message] = []
    keys: list[AuthKeyRecord] = []
    counters: Counters = msgspec.field(default_factory=Counters)
    next_person: int = 5_000_001
    next_bot: int = 7_000_001
    next_group: int = 4_000_001
    next_supergroup: int = 1_500_000_001


def new_state() -> WorldState:
    """Create an empty world with its own secret."""
    return WorldState(secret=secrets.randbits(63))
