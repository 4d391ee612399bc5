"""Generates pleasant answers: about the question, worded differently each time.

They claim nothing about a life, so they suit any persona.
"""

import random
import re
from collections.abc import Sequence

from engine.simulator.provider.answers import is_turkish
from engine.simulator.provider.request import ChatMessage

_MARKED = re.compile(r"<message[^>]*>(.*)</message>", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]+")
_ASKING = frozenset(
    (
        *("when", "what", "where", "which", "could", "would", "should", "there", "recommend"),
        *("nasıl", "nedir", "nerede", "kaçta", "musun", "misin", "mısın", "yapılır", "istiyorum"),
    )
)
_ADDRESS = re.compile(r"@\w+")
_DIRECTION = re.compile(r"Write in (Turkish|English) only")  # in an engine's prompt

_ENGLISH = (
    (
        "Good question.",
        "Happy to help with this.",
        "Let us look at it together.",
        "That comes up quite often.",
        "Thanks for asking.",
        "I was hoping somebody would ask.",
    ),
    (
        "With {topic}, the simplest way is mostly the best one.",
        "For {topic}, start small and see how it goes.",
        "There is more than one answer to {topic}, and most of them are fine.",
        "People here say good things about {topic} these days.",
        "When it comes to {topic}, a little patience helps more than anything.",
        "The short answer on {topic}: yes, and it is easier than it sounds.",
    ),
    (
        "Tell me a little more and we can find the right one.",
        "Shall we go through it step by step?",
        "Write again if that was not what you meant.",
        "What would you like to know first?",
        "Let me know how it went.",
        "Anything else on your mind?",
    ),
)
_TURKISH = (
    (
        "Güzel soru.",
        "Buna seve seve yardımcı olurum.",
        "Gel birlikte bakalım.",
        "Bu çok sık soruluyor.",
        "Sorduğun için teşekkürler.",
        "Birinin bunu sormasını bekliyordum.",
    ),
    (
        "{topic} konusunda en basit yol çoğu zaman en iyisidir.",
        "{topic} için küçük bir adımla başla, sonrası kendiliğinden gelir.",
        "{topic} deyince tek bir yanıt yok, çoğu da işe yarıyor.",
        "Burada herkes {topic} için güzel şeyler söylüyor.",
        "{topic} söz konusu olunca biraz sabır her şeyden çok işe yarar.",
        "{topic} için kısa yanıt: evet, üstelik göründüğünden kolay.",
    ),
    (
        "Biraz daha anlatırsan en uygununu buluruz.",
        "İstersen adım adım gidelim mi?",
        "Bunu sormadıysan yeniden yaz lütfen.",
        "Önce neyi öğrenmek istersin?",
        "Nasıl gittiğini bana da yaz.",
        "Aklına takılan başka bir şey var mı?",
    ),
)


class LivelyAnswers:
    """Combines an opening, a thought and a close."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def __call__(self, messages: Sequence[ChatMessage]) -> str:
        """Return an answer to the last message, in the language that the first one asks for."""
        asked = _said(messages[-1].text)
        direction = _DIRECTION.search(messages[0].text)
        turkish = direction[1] == "Turkish" if direction else is_turkish(asked)
        parts = _TURKISH if turkish else _ENGLISH
        words = [word for word in _WORD.findall(_lower(asked)) if word not in _ASKING]
        topic = max(reversed(words), key=len, default="bu" if turkish else "this")
        return " ".join(map(self._chance.choice, parts)).format(topic=f"“{topic}”")


def _lower(text: str) -> str:
    return text.replace("İ", "i").lower()


def _said(text: str) -> str:
    """Return a person's own words."""
    marked = _MARKED.search(text)
    return _ADDRESS.sub("", marked[1] if marked else text).strip()
