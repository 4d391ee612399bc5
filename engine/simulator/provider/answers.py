"""Generates the answers of the local LLM provider: short, in the prompt's language, repeatable."""

import re
import zlib
from collections.abc import Iterable

_ENGLISH = (
    "Good question about {topic}. I would take one small step first and see.",
    "I know what you mean by {topic}; it was the same for me last week.",
    "Thanks for writing! On {topic} I agree with you.",
    "Let me think about {topic} a little and come back to it.",
    "{topic}? Tell me more, then I can say something useful.",
)
_TURKISH = (
    "{topic} hakkında güzel soru. Önce küçük bir adım atıp bakardım.",
    "{topic} derken ne demek istediğini anladım; geçen hafta bende de öyleydi.",
    "Yazdığın için teşekkürler! {topic} konusunda sana katılıyorum.",
    "{topic} üzerine biraz düşüneyim, sonra döneceğim.",
    "{topic} mi? Biraz daha anlat, o zaman işe yarar bir şey söyleyebilirim.",
)
_TURKISH_LETTERS = frozenset("ğşıİĞŞ")
_TURKISH_WORDS = frozenset(
    (
        "bir",
        "bu",
        "ben",
        "sen",
        "ve",
        "mi",
        "nasil",
        "merhaba",
        "selam",
        "evet",
        "tamam",
        "tesekkurler",
    )
)
_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"\s*\S+|\s+")


def is_turkish(text: str) -> bool:
    """Return True for a text with a letter that only Turkish has, or with a common Turkish word."""
    words = {word.lower() for word in _WORD.findall(text)}
    return not _TURKISH_LETTERS.isdisjoint(text) or not words.isdisjoint(_TURKISH_WORDS)


def answer_to(prompt: str) -> str:
    """Return an answer about the longest word in `prompt`."""
    turkish = is_turkish(prompt)
    templates = _TURKISH if turkish else _ENGLISH
    topic = max(_WORD.findall(prompt), key=len, default="bu" if turkish else "this")
    return templates[zlib.crc32(prompt.encode()) % len(templates)].format(topic=topic)


def tokens(text: str) -> list[str]:
    """Split `text` into the pieces of a stream: roughly words, good enough to count."""
    return _TOKEN.findall(text)


def prompt_tokens(texts: Iterable[str]) -> int:
    """Count tokens as providers do: four a message beside its text, and three in all."""
    return 3 + sum(4 + len(tokens(text)) for text in texts)
