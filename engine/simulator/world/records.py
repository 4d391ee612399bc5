"""Defines the records of the control port, which the client hands to a test."""

import msgspec


class LocalBot(msgspec.Struct, frozen=True):
    """A bot of the local Telegram."""

    id: int
    name: str
    username: str
    token: str

    def __repr__(self) -> str:
        return f"LocalBot({self.id}, {self.username})"  # never the token


class LocalPerson(msgspec.Struct, frozen=True):
    """A scripted person."""

    id: int
    name: str
    username: str


class LocalGroup(msgspec.Struct, frozen=True):
    """A group; `id` is the marked one (negative), like Telethon's `chat_id`."""

    id: int
    title: str
    supergroup: bool


class TelegramReady(msgspec.Struct, frozen=True):
    """The line that the process prints once it listens."""

    host: str
    port: int
    control_port: int
    control_secret: str
    dc: int
    key_file: str
    api_id: int
    api_hash: str
    bots: tuple[LocalBot, ...]


class MessageRecord(msgspec.Struct, frozen=True):
    """One message of the ledger."""

    uid: int  # the ledger's own number, unique over all chats
    chat: int  # marked id; in a direct chat the person's id
    bot: int  # the bot's id in a direct chat, else 0
    sender: int
    text: str
    at: float  # seconds since the epoch
    message_id: int  # for all in a supergroup; for the bot in a direct chat; else 0
    ids: dict[int, int]  # the id by account, outside supergroups
    random_id: int
    reply_to: int  # uid, or 0
    refused_repeats: int
    edited: bool
    deleted: bool
    deliveries: dict[int, "DeliveryRecord"]  # by bot


class DeliveryRecord(msgspec.Struct, frozen=True):
    """A person's message and one bot that should receive it."""

    addressed: bool
    pushed: int
    acknowledged: int
    fetched: int
    answers: int
    answered_at: float

    @property
    def delivered(self) -> int:
        """The number of certain deliveries: acknowledged, or requested in a difference."""
        return self.acknowledged + self.fetched


class Unanswered(msgspec.Struct, frozen=True):
    """A pair without an answer."""

    bot: int
    chat: int
    message_id: int  # the bot's id of the message
    at: float
    addressed: bool
    delivered: bool


class LedgerSummary(msgspec.Struct, frozen=True):
    """Counts over all pairs of a person's message and a bot that should receive it."""

    messages: int  # of all kinds, of all senders
    received: int  # pairs delivered at least once
    pending: int  # pairs not delivered yet, or not acknowledged by the client yet
    pushed: int  # pairs sent to a client at least once, acknowledged or not
    addressed: int  # pairs that require an answer, delivered or pending
    answered: int  # pairs with an answer, addressed or not
    answered_addressed: int
    waiting: int  # addressed pairs without an answer
    duplicated: int  # pairs with more than one answer
    unprompted: int  # bots' messages that answer nobody
    unanswered: list[Unanswered]  # addressed pairs first
    answer_p50_ms: float | None  # from the person's message to the acceptance of the answer
    answer_p95_ms: float | None
    answer_p99_ms: float | None
    methods: dict[str, int]
    unknown_methods: dict[str, int]
    floods: int
    floods_ignored: int
    faults: dict[str, int]
    random_ids_refused: int
    connections: int  # accepted since the beginning
    connected: int  # open now
    listening: int  # sessions that receive updates now
    logins: int  # full key exchanges
    protocol_errors: int
