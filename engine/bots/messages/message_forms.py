"""Lists the forms in which a message can be tried after Telegram refuses one.

A form keeps the message's random_id, because a refusal means that nothing arrived: see
`engine.telegram.refusals`. Pieces have ids derived from it; on a repeat, the whole is refused
again.
"""

from dataclasses import dataclass, replace

import msgspec

from engine.bots.messages.pieces import piece_id, pieces
from engine.storage.messages.message import OutgoingMessage
from engine.telegram.refusals import Verdict


@dataclass(frozen=True, slots=True)
class Form:
    """The form in which to try a message."""

    message: OutgoingMessage
    preview: bool = True  # of a link in it
    hashes: frozenset[int] = frozenset()  # access hashes tried in vain

    def others(self, verdict: Verdict, known_hash: int) -> "list[Form]":
        """Return the forms to send instead after a refusal, in order; empty if none is left.

        `known_hash` is the newest access hash of the chat, 0 if unknown.
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
        """Return the form with another access hash.

        Bots may leave the hash out: https://core.telegram.org/api/peers.
        """
        peer = self.message.peer
        if peer.type == "chat":  # it is addressed by its id alone
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
