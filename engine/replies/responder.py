"""The way from a person's text to an answer: the reply cache, then the static pool."""

from engine.cache.reply_cache import ReplyCache
from engine.replies.static_pool import StaticPool
from engine.replies.text import normalise


class Responder:
    """Answers every text; never fails and never asks a provider."""

    def __init__(self, pool: StaticPool, cache: ReplyCache) -> None:
        self._pool = pool
        self._cache = cache

    async def respond(self, name: str, text: str) -> str:
        """What the bot called `name` answers to `text`."""
        sentence = self._cache.get_or_make(lambda: self._pool.choose(text), normalise(text))
        return sentence.replace("{name}", name)
