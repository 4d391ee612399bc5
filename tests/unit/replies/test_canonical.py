"""Questions that mean the same share an answer; false friends never do."""

import pytest

from engine.replies.canonical import canonical
from engine.replies.context import stands_alone
from engine.replies.language_detection import Language
from engine.replies.response_cache import question_of
from tests.unit.replies.scripted import MARKET_WATCHER


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What is the price?", "what's the price ?"),
        ("Kaçta açıksınız?", "KAÇTA AÇIKSINIZ kanka?"),
        ("Kaçta açıksınız?", "kacta aciksiniz ya?"),
        ("How is the weather tomorrow?", "how is the weather tommorow?"),
        ("Bitcoin yükselir mi?", "btc yukselir mi ???"),
        ("Please, where is the pharmacy?", "where is the pharmacy? thanks"),
        ("Nedennn böyle?", "neden böyle?"),
    ],
)
def test_the_same_question_in_other_clothes(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("is BTC up?", "is BTC down?"),
        ("açılıyor mu", "açılmıyor mu"),
        ("can I pay by card?", "can't I pay by card?"),
        ("Should I buy?", "Should I not buy?"),
        ("does the app open?", "doesn't the app open?"),
        ("5 lira mı?", "6 lira mı?"),
        ("3.5 mi?", "35 mi?"),
        ("dolar artar mı", "dolar düşer mi"),
        ("C++ or C#?", "C or C#?"),
        ("btc 📈?", "btc 📉?"),
        ("does the dog bite the man?", "does the man bite the dog?"),
        ("Ali geldi mi?", "Veli geldi mi?"),
        ("is it on?", "is it no?"),
        ("aldım mı", "sattım mı"),
        ("geldin", "geldim"),
        ("What is conversation?", "What is conservation?"),
        ("united or not?", "untied or not?"),
        ("is gold at -5%?", "is gold at +5%?"),
        ("olur", "olur?"),
    ],
)
def test_false_friends_stay_apart(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("What time does it open", "what time does it open?", True),
        ("Kravat nasıl bağlanır", "kravat nasıl bağlanır?", True),
        ("hey is the server down", "Is the server down??", True),
        ("Ali geldi", "Ali geldi?", False),
        ("the server is down", "the server is down?", False),
    ],
)
def test_a_question_mark_matters_only_where_the_words_do_not_ask(
    one: str, other: str, *, alike: bool
) -> None:
    keys = [question_of(text, MARKET_WATCHER, Language.ENGLISH) for text in (one, other)]
    assert keys[0] is not None
    assert keys[1] is not None
    assert (keys[0].key == keys[1].key) is alike


@pytest.mark.parametrize(
    "text",
    [
        "What is a cold wallet?",
        "Soğuk cüzdan nedir?",
        "Fiyat nedir?",
        "How do I learn the guitar?",
        "Which phone should I buy?",
        "En yakın eczane nerede?",
        "hey where can I find the rules thanks",
        "hocam kravat nasıl bağlanır acaba",
        "Finlandiya'nın başkenti neresi",
    ],
)
def test_what_stands_alone_may_be_shared(text: str) -> None:
    assert stands_alone(text)


@pytest.mark.parametrize(
    "text",
    [
        "and tomorrow?",
        "what about that?",
        "why?",
        "ya o?",
        "hey and tomorrow?",
        "hello please why?",
        "Where is my order?",
        "Kargom nerede?",
        "bana ne önerirsin?",
        "Do you remember me?",
        "Is 5551234 the right number?",
        "Is @ayse coming today?",
        "I feel sad today.",
        "Is the code hunter2 right?",
        "",
        "?",
    ],
)
def test_what_leans_on_the_chat_or_on_the_asker_may_not(text: str) -> None:
    assert not stands_alone(text)
