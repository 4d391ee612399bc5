"""Small talk is recognised however people type it, and nothing that says more is taken for it."""

import itertools
import tomllib
from pathlib import Path

import pytest

from engine.replies.personas.small_talk import Phrasebook
from engine.replies.personas.static_replies import SmallTalkKind, load_static_replies, variants
from engine.replies.text.language_detection import Language

REPLIES = load_static_replies()
PHRASEBOOK = Phrasebook(REPLIES.kind)

TALK = tomllib.loads(Path(__file__).with_name("small_talk.toml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in TALK.items() for text in texts]
)
def test_small_talk_is_told_by_its_kind_however_it_is_typed(kind: str, text: str) -> None:
    talk = PHRASEBOOK.read(text, "Ada")
    assert talk is not None
    assert talk.kinds == (kind,)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("selam nasılsın teşekkürler", ("greeting", "how_are_you", "thanks")),
        ("mrb nslsn", ("greeting", "how_are_you")),
        ("hadi iyi geceler, yarın görüşürüz 😴", ("good_night", "goodbye")),
        ("ok thanks bye", ("agreement", "thanks", "goodbye")),
        ("günaydın kanka naber", ("good_morning", "how_are_you")),
        ("haha thanks man", ("laughter", "thanks")),
        ("thank you and good night", ("thanks", "good_night")),
        ("selam bir şey sorabilir miyim", ("greeting", "ask_away")),
        ("rica ederim görüşürüz", ("goodbye",)),
        ("i'm good thx", ("fine", "thanks")),
    ],
)
def test_several_kinds_may_follow_each_other(text: str, kinds: tuple[str, ...]) -> None:
    talk = PHRASEBOOK.read(text)
    assert talk is not None
    assert talk.kinds == kinds


@pytest.mark.parametrize(
    "text",
    [
        "iyiyim ama başım ağrıyor", "thanks but it does not work", "merhaba fiyat ne kadar",
        "hello how much is it", "günaydın, bugün açık mısınız?", "teşekkürler ama olmadı",
        "thanks for nothing", "tamam mı", "ne demek", "tebrikler ne demek", "iyiyim 😢",
        "iyiyim :(", "😭😭", "👎", "ok :/", "hocam sınav ne zaman", "bro what is btc",
        "kanka btc düşer mi", "merhaba ben Ali", "hi i am Tom", "selam dolar", "üzgünüm",
        "sıkıldım", "i am bored", "i am sick", "i am not fine", "iyi değilim", "hiç iyi değilim",
        "not good", "nasılsın demek istedim", "görüşürüz yarın saat 5'te", "see you at 5",
        "how are you made", "who are you voting for", "what are you doing tomorrow at 5",
        "ne yapıyorsun bu akşam maçta", "good morning america is a show", "sen", "and you?",
        "ya sen?", "anlamadım", "why", "neden", "done", "yaptım", "oldu mu", "it works",
        "çalışıyor", "no problem with the router", "sorun yok ama yavaş", "help me with my wifi",
        "yardım et modem bozuk", "are you open", "are you there tomorrow", "test results",
        "deneme sınavı ne zaman", "happy birthday to my mom", "annemin doğum günü kutlu olsun de",
        "i love you btc", "btc'yi seviyorum", "good luck with the exam", "kolay mı",
        "kanka 100 lira", "bekliyorum", "you are wrong", "yanlış", "başın sağ olsun",
        "thanks, what about fees", "evet kargo gelmedi", "no it is red", "yes but how",
        "can i ask you about fees", "bir şey soracağım kargom nerede", "who made this cake",
        "5", "?", "", "$", "ok computer", "how are you going to do that",
    ],
)  # fmt: skip
def test_what_says_anything_more_is_not_small_talk(text: str) -> None:
    assert PHRASEBOOK.read(text, "Ada") is None


@pytest.mark.parametrize(
    "more", ["ama olmadı", "but why", "fiyat kaç", "btc", "başım ağrıyor", "7", "since Monday", "€"]
)
def test_one_thing_more_is_too_much_for_small_talk(more: str) -> None:
    for text in itertools.chain.from_iterable(TALK.values()):
        assert PHRASEBOOK.read(f"{text} {more}", "Ada") is None, text
        assert PHRASEBOOK.read(f"{more} {text}", "Ada") is None, text


def test_the_phrases_tell_the_language_unless_both_have_them() -> None:
    languages = {"selam kanka": Language.TURKISH, "hey bro": Language.ENGLISH, "ok": None}
    for text, language in languages.items():
        talk = PHRASEBOOK.read(text)
        assert talk is not None
        assert talk.language is language


@pytest.mark.parametrize("kind", REPLIES.kind, ids=lambda kind: kind.name)
def test_a_kind_has_answers_enough_in_both_languages(kind: SmallTalkKind) -> None:
    for language in Language:
        say = kind.of(language).say
        assert len({one.casefold() for one in say}) >= 5


def test_a_pattern_spells_all_its_variants() -> None:
    assert list(variants("(good|nice) day( all|)")) == [
        "good day all", "good day", "nice day all", "nice day",
    ]  # fmt: skip
    assert list(variants("plain (as it is)")) == ["plain (as it is)"]
