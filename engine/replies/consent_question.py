"""Asks a chat once a day whether a language model may write the answers."""

import random
from collections import OrderedDict
from collections.abc import Sequence

from engine.clock import Clock
from engine.replies.personas.persona import Texts
from engine.replies.text.language_detection import Language

AGREE = "/agree"
_PAUSE = 86_400.0  # s between two questions in a chat
_CHATS = 50_000

_chance = random.Random()  # noqa: S311 - variety, not secrecy


class ConsentQuestion:
    """Remembers where it asked, until the engine stops."""

    def __init__(self, texts: Texts, clock: Clock) -> None:
        self._texts = texts
        self._clock = clock
        self._asked: OrderedDict[tuple[str, int], float] = OrderedDict()

    def due(self, bot: str, chat: int, language: Language, providers: Sequence[str]) -> str | None:
        """Return the question, naming the providers, if it is due; it then counts as asked."""
        now, key = self._clock.now(), (bot, chat)
        if now - self._asked.get(key, now - _PAUSE) < _PAUSE:
            return None
        self._asked[key] = now
        self._asked.move_to_end(key)
        while len(self._asked) > _CHATS:
            self._asked.popitem(last=False)
        text = _chance.choice(self._texts.of(language))
        return text.replace("{provider}", ", ".join(providers)).replace("{command}", AGREE)
