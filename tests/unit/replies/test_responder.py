"""Every text gets an answer, the same question the same one."""

from engine.cache.reply_cache import ReplyCache
from engine.replies.responder import Responder
from engine.replies.static_pool import StaticPool
from tests.clock import ManualClock

POOL = StaticPool(
    {
        "reply": [{"when": ["hello"], "say": ["I am {name}."]}],
        "fallback": {"en": ["What? {name} {other}"], "tr": ["Efendim?"]},
    }
)


async def test_bots_share_what_they_learned_but_each_says_its_own_name() -> None:
    cache = ReplyCache(ManualClock())
    responder = Responder(POOL, cache)
    assert await responder.respond("Ada", "hello") == "I am Ada."
    assert await responder.respond("Can", "  HELLO ") == "I am Can."
    assert (cache.figures().hits, cache.figures().misses) == (1, 1)


async def test_braces_in_an_answer_or_a_name_do_no_harm() -> None:
    responder = Responder(POOL, ReplyCache(ManualClock()))
    assert await responder.respond("{x}", "zzz qqq") == "What? {x} {other}"
