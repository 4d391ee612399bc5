"""What a bot talks of, and that it does not say the same again in other words."""

from collections import deque
from typing import Any

import pytest

from engine.replies.guards.duplicates import Duplicate, DuplicateDetector
from engine.replies.memory.encoder import Encoder
from engine.replies.personas.persona_file import SHIPPED, load_persona
from engine.replies.personas.topic_selector import TopicSelector
from engine.replies.text.recent_answers import LAST, RecentAnswers

TOPICS = TopicSelector(load_persona(SHIPPED / "market_watcher.toml"))


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Ağ ücreti neden arttı?", "fees and networks"),
        ("cüzdanım çalındı", "security of wallets"),
        ("bitcoinlerim nerede", "Bitcoin"),
        ("is margin trading wise?", "leverage"),
    ],
)
def test_what_people_mention_is_the_topic(text: str, topic: str) -> None:
    found = TOPICS.mentioned([text])
    assert found is not None
    assert found.name == topic


def test_the_newest_mention_counts_most_and_other_words_count_nothing() -> None:
    found = TOPICS.mentioned(["my wallet", "gas fees"])
    assert found is not None
    assert found.name == "fees and networks"
    assert TOPICS.mentioned(["feet and speed of doubt about gasoline"]) is None


def test_what_was_begun_lately_is_not_begun_again() -> None:
    lately: deque[str] = deque()
    begun = [topic.name for _ in range(30) if (topic := TOPICS.choose([], lately))]
    assert len(begun) == 30
    for at in range(5, 30):
        assert begun[at] not in begun[at - 5 : at]


async def test_exact_and_near_repetitions_are_found_within_the_last_fifty() -> None:
    said = RecentAnswers(["The market opens at nine in the morning."])
    detector = DuplicateDetector()
    assert await detector.find("the market OPENS at nine in the morning.", said) is Duplicate.EXACT
    assert await detector.find("The market opens at nine in the mornings!", said) is Duplicate.NEAR
    assert await detector.find("Nobody knows what the market does at noon.", said) is None
    for number in range(LAST):
        said.add(f"{number} entirely different things were said")
    assert await detector.find("The market opens at nine in the morning.", said) is None


class Meanings:
    """An encoder for which a text's first word is its meaning."""

    def __init__(self) -> None:
        self.encoded: list[str] = []

    async def encode(self, texts: list[str]) -> list[Any]:
        numpy = pytest.importorskip("numpy")
        self.encoded += texts
        return [numpy.eye(26)[ord(text[0]) - ord("a")] for text in texts]


async def test_the_same_in_other_words_is_found_by_meaning_and_each_text_encoded_once() -> None:
    meanings = Meanings()
    detector = DuplicateDetector(meanings)  # type: ignore[arg-type]  # stands in for the real one
    said = RecentAnswers(["apples grow on trees in autumn", "boats float"])
    assert await detector.find("a tree bears fruit late in the year", said) is Duplicate.SEMANTIC
    assert await detector.find("cars drive", said) is None
    assert len(meanings.encoded) == len(set(meanings.encoded)) == 4


async def test_the_real_encoder_tells_rewordings_from_other_sentences_and_unloads() -> None:
    if not Encoder.is_installed():
        pytest.skip("needs the extra `memory`")
    encoder = Encoder()
    detector = DuplicateDetector(encoder)
    said = RecentAnswers(["The café opens at eight o'clock every morning."])
    reworded = "Every morning the café is open from eight o'clock on."
    assert await detector.find(reworded, said) is Duplicate.SEMANTIC
    assert await detector.find("The cat sleeps by the window today.", said) is None
    assert encoder.is_loaded
    await encoder.unload()
    assert not encoder.is_loaded
