"""Defines how a chat is addressed, and how that is stored; of a message or of a person's wish."""

import msgspec


class Peer(msgspec.Struct, frozen=True, gc=False):
    """A chat as Telegram's requests address it."""

    type: str  # user, chat or channel
    id: int
    access_hash: int = 0
    topic: int = 0  # of a forum; 0: its General topic, or no forum

    @property
    def kept_type(self) -> str:
        """The type with the topic, as stored: channel, or channel#17."""
        return f"{self.type}#{self.topic}" if self.topic else self.type

    @classmethod
    def kept(cls, kept_type: str, id_: int, access_hash: int) -> "Peer":
        """Return the peer from its stored form."""
        type_, _, topic = kept_type.partition("#")
        return cls(type_, id_, access_hash, int(topic or 0))
