"""The forms in which a message may be tried, one after the other, as Telegram refuses them.

A form keeps the random_id of the message, since a refusal means that nothing arrived: see
`engine.telegram.refusals`. Pieces have ids of their own, derived from it, for the whole is
refused again whenever it is sent again.
"""

from dataclasses import dataclass, replace

import msgspec

from engine.bots.messages.pieces import piece_id, pieces
from engine.storage.messages.message import OutgoingMessage
from engine.telegram.refusals import Verdict


@dataclass(frozen=True, slots=True)
class Form:
    """A message as it is to be tried."""

    message: OutgoingMessage
    preview: bool = True  # of a link in it
    hashes: frozenset[int] = frozenset()  # with which the chat was named in vain

    def others(self, verdict: Verdict, known_hash: int) -> "list[Form]":
        """What to send instead after a refusal, in order; nothing if no other form is left.

        `known_hash` is how Telegram last named the chat, 0 if it did not.
        """
        match verdict:
            case Verdict.NO_QUOTE:
                return self._without_quote()
            case Verdict.NO_TOPIC:
                return self._in_general()
            case Verdict.SHORTER:
                return self._in_pieces()
            case Verdict.NO_PREVIEW:
                return [replace(self, preview=False)] if self.preview else []
            case Verdict.OTHER_PEER:
                return self._named_otherwise(known_hash)
        return []

    def _without_quote(self) -> "list[Form]":
        if self.message.reply_to is None:
            return self._in_general()
        return [self._with(msgspec.structs.replace(self.message, reply_to=None))]

    def _in_general(self) -> "list[Form]":
        peer = self.message.peer
        if not peer.topic:
            return []
        peer = msgspec.structs.replace(peer, topic=0)
        return [self._with(msgspec.structs.replace(self.message, peer=peer, reply_to=None))]

    def _in_pieces(self) -> "list[Form]":
        message = self.message
        texts = pieces(message.text)
        if len(texts) < 2:
            return []
        return [
            self._with(
                msgspec.structs.replace(
                    message,
                    text=text,
                    random_id=piece_id(message.random_id, place),
                    reply_to=None if place else message.reply_to,
                )
            )
            for place, text in enumerate(texts)
        ]

    def _named_otherwise(self, known_hash: int) -> "list[Form]":
        """Bots may leave the hash out: https://core.telegram.org/api/peers."""
        peer = self.message.peer
        if peer.type == "chat":  # is named by its number alone
            return []
        tried = self.hashes | {peer.access_hash}
        for other in (known_hash, 0):
            if other not in tried:
                named = msgspec.structs.replace(peer, access_hash=other)
                message = msgspec.structs.replace(self.message, peer=named)
                return [replace(self, message=message, hashes=tried)]
        return []

    def _with(self, message: OutgoingMessage) -> "Form":
        return replace(self, message=message)
