"""The prepared answers fit the question, sound like the persona, and are always there."""

import random
from pathlib import Path

import pytest
from msgspec import structs

from engine.errors import SettingsError
from engine.replies.personas.persona import Persona
from engine.replies.personas.persona_file import SHIPPED, load_personas
from engine.replies.personas.small_talk import Phrasebook
from engine.replies.personas.static_pool import StaticPool
from engine.replies.personas.static_replies import load_static_replies
from engine.replies.text.language_detection import Language
from engine.replies.text.recent_answers import RecentAnswers

REPLIES = load_static_replies()
PHRASEBOOK = Phrasebook(REPLIES.kind)
PERSONAS = load_personas([SHIPPED])
ENGLISH, TURKISH = Language.ENGLISH, Language.TURKISH


@pytest.fixture
def pool() -> StaticPool:
    return StaticPool(REPLIES, Persona(title="plain"), PHRASEBOOK)


def certain(pool: StaticPool, text: str, language: Language = ENGLISH) -> str | None:
    answer = pool.certain(text, language, "Ada", RecentAnswers())
    return answer.text if answer else None


@pytest.mark.parametrize(
    "text",
    [
        "Hello!", "hiii", "HEY THERE", "hi Ada", "Selam kanka", "merhabalaaar",
        "Günaydın herkese", "naber", "NABER ya",
        "thanks a lot!!", "tşk", "teşekkür ederim hocam", "ok", "tamamdır", "😂😂", "👍",
        "hahahaha", "jsjsjs", "lol",
        "good night everyone", "iyi geceler", "Selam, nasılsın?", "hi, how are you bro",
        "ok thanks", "are you a bot?",
        "sen bot musun", "/start", "/start@SomeBot", "hayırlı cumalar", "@ada_bot selam",
    ],
)  # fmt: skip
def test_small_talk_is_recognised(pool: StaticPool, text: str) -> None:
    assert certain(pool, text)


@pytest.mark.parametrize(
    "text",
    [
        "hello, is the market open?", "selam, dolar kaç?", "thanks but why?", "how old are you",
        "ok computer", "",
        "?", "btc", "good", "how are you going to do that", "merhaba dünya nasıl yazılır", "5",
        "no idea what you mean",
    ],
)  # fmt: skip
def test_anything_more_is_left_to_a_model(pool: StaticPool, text: str) -> None:
    assert certain(pool, text) is None


def test_a_greeting_with_a_question_after_it_gets_both_answered(pool: StaticPool) -> None:
    kinds = {kind.name: kind for kind in REPLIES.kind}
    answer = certain(pool, "Selam, nasılsın?", TURKISH) or ""
    assert answer.startswith(kinds["greeting"].tr.say)
    assert answer.endswith(kinds["how_are_you"].tr.say)


def test_what_asks_is_answered_before_what_does_not(pool: StaticPool) -> None:
    kinds = {kind.name: kind for kind in REPLIES.kind}
    answer = certain(pool, "Thanks, hello, great, how are you?") or ""
    assert answer.startswith(kinds["thanks"].en.say)
    assert answer.endswith(kinds["how_are_you"].en.say)


def test_a_nod_beside_something_else_is_not_answered(pool: StaticPool) -> None:
    kinds = {kind.name: kind for kind in REPLIES.kind}
    answer = certain(pool, "haha ok, thanks, bye") or ""
    assert answer.startswith(kinds["thanks"].en.say)
    assert answer.endswith(kinds["goodbye"].en.say)


def test_a_prepared_answer_that_is_wanted_again_says_so_and_leaves_the_word_to_a_model() -> None:
    pool = StaticPool(REPLIES, PERSONAS.get("language_tutor"), PHRASEBOOK)
    said = RecentAnswers()
    for _ in range(3):
        answer = pool.certain("what is vowel harmony", ENGLISH, "Ada", said)
        assert answer is not None
        assert answer.is_fresh is (not said.texts(1))
        assert answer.text.startswith(REPLIES.again.en) is bool(said.texts(1))
        assert said.age(answer.text) is None
        said.add(answer.text)


def test_what_calls_the_bot_may_answer_what_a_model_asked_back(pool: StaticPool) -> None:
    for text, may_reply in (("Ada", True), ("yes", True), ("idk", True), ("hello", False)):
        answer = pool.certain(text, ENGLISH, "Ada", RecentAnswers())
        assert answer is not None
        assert answer.may_reply is may_reply


def test_the_phrase_tells_the_language_and_where_it_does_not_the_chat_does(
    pool: StaticPool,
) -> None:
    kinds = {kind.name: kind for kind in REPLIES.kind}
    assert certain(pool, "selam", ENGLISH) in kinds["greeting"].tr.say
    assert certain(pool, "ok", TURKISH) in kinds["agreement"].tr.say
    assert certain(pool, "ok", ENGLISH) in kinds["agreement"].en.say


def test_a_persona_answers_its_own_questions_and_greets_in_its_own_words() -> None:
    pool = StaticPool(REPLIES, PERSONAS.get("cafe_host"), PHRASEBOOK)
    assert "sekiz" in (certain(pool, "kaçta açıksınız?") or "").casefold()
    assert "sekiz" in (certain(pool, "KACTA ACIKSINIZ kanka") or "").casefold()
    own = PERSONAS.get("cafe_host").small_talk["greeting"].tr
    assert all(certain(pool, "selam") in own for _ in range(20))


def test_every_text_gets_an_answer(pool: StaticPool) -> None:
    for text in ("", " ", "?", "x" * 100_000, "{name}", "😀", "\ud800"):
        for language in Language:
            assert pool.choose(text, language, "Ada", RecentAnswers()).text


def test_what_fits_nothing_gets_a_fallback_in_its_own_language(pool: StaticPool) -> None:
    for language in Language:
        answer = pool.choose("quantum chromodynamics", language, "Ada", RecentAnswers())
        ready = (*REPLIES.fallback.of(language), *REPLIES.to_statements.of(language))
        assert answer.text in ready


def test_a_question_is_not_answered_as_a_statement_is(pool: StaticPool) -> None:
    for text, language in (("kuantum nedir", TURKISH), ("who invented quarks", ENGLISH)):
        answers = {pool.choose(text, language, "Ada", RecentAnswers()).text for _ in range(99)}
        assert answers & set(REPLIES.to_questions.of(language))
        assert not answers & set(REPLIES.to_statements.of(language))


def test_the_closest_prepared_reply_is_the_last_resort(pool: StaticPool) -> None:
    answer = pool.choose("what is the price of it?", ENGLISH, "Ada", RecentAnswers())
    assert "price" in answer.text.casefold()


@pytest.mark.parametrize(
    ("text", "language", "about_price"),
    [
        ("what is the price?", ENGLISH, True),
        ("bu ne kadar kanka", TURKISH, True),
        ("what is the capital of france", ENGLISH, False),
        ("bu ne demek", TURKISH, False),
    ],
)
def test_questions_of_the_same_form_are_not_taken_for_the_same(
    pool: StaticPool, text: str, language: Language, about_price: bool
) -> None:
    prices = {
        sentence
        for reply in REPLIES.reply
        if {"what is the price", "kaç lira"} & {*reply.when}
        for sentence in reply.say
    }
    answer = pool.choose(text, language, "Ada", RecentAnswers())
    assert (answer.text in prices) is about_price


def test_what_was_said_lately_is_said_again_only_when_nothing_else_is_left() -> None:
    few = structs.replace(load_static_replies().fallback, en=("One.", "Two.", "Three."))
    replies = structs.replace(REPLIES, fallback=few, to_statements=few)
    pool, said = StaticPool(replies, Persona(title="plain"), PHRASEBOOK), RecentAnswers()
    for _ in range(3):
        answer = pool.choose("zzz qqq", ENGLISH, "Ada", said)
        assert answer.is_fresh
        said.add(answer.text)
    first = pool.choose("zzz qqq", ENGLISH, "Ada", said)
    assert not first.is_fresh
    assert said.age(first.text) == 2, "the one said longest ago"


MESSAGES = {
    ENGLISH: [
        "hello", "how are you", "what is the capital of Peru?", "I walked along the shore today",
        "ok", "why do cats purr", "thanks", "lol", "can you recommend a book", "I am so tired now",
        "it does not work", "what time is it", "my neighbour painted the fence", "who are you",
        "who wrote that song", "there was a long queue at the bank", "how much is it", "no",
        "is the sea cold in May", "great", "we lost the second half", "😂", "where is the museum",
        "I cannot decide between two phones", "what should i cook", "my train is late again",
        "when are you open", "bye", "good night", "does it rain tomorrow", "i dreamt of a whale",
    ],
    TURKISH: [
        "selam", "nasılsın", "Peru'nun başkenti neresi?", "bugün sahilde yürüdüm", "tamam",
        "kediler neden mırlar", "teşekkürler", "sjsjsj", "bir kitap önerir misin", "çok yoruldum",
        "çalışmıyor", "saat kaç", "komşum çiti yeşile boyadı", "kimsin", "bu şarkı kimin",
        "bankada uzun sıra vardı", "fiyatı ne kadar", "hayır", "mayısta deniz soğuk mu", "harika",
        "ikinci yarıyı kaybettik", "😂", "müze nerede", "iki telefon arasında kaldım",
        "ne pişirsem", "trenim yine gecikti", "kaçta açıksınız", "görüşürüz", "iyi geceler",
        "yarın yağmur var mı", "rüyamda balina gördüm",
    ],
}  # fmt: skip


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", PERSONAS.names)
def test_a_chat_of_300_prepared_answers_hardly_hears_one_of_its_last_50_again(
    name: str, language: Language
) -> None:
    pool = StaticPool(REPLIES, PERSONAS.get(name), PHRASEBOOK)
    said, repeats, asking = RecentAnswers(), 0, random.Random(1)
    for _ in range(300):
        text = asking.choice(MESSAGES[language])
        answer = pool.certain(text, language, "Ada", said)
        answer = answer or pool.choose(text, language, "Ada", said)
        repeats += said.age(answer.text) is not None
        said.add(answer.text)
    assert repeats < 6


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", PERSONAS.names)
def test_questions_that_fit_nothing_are_not_answered_alike_for_fifty_answers(
    name: str, language: Language
) -> None:
    pool, said = StaticPool(REPLIES, PERSONAS.get(name), PHRASEBOOK), RecentAnswers()
    for number in range(300):
        answer = pool.choose(f"zzz {number} qqq?", language, "Ada", said)
        assert answer.is_fresh
        said.add(answer.text)


def test_a_name_with_braces_does_no_harm(pool: StaticPool) -> None:
    assert "{x}" in pool.certain("/start", ENGLISH, "{x}", RecentAnswers()).text  # type: ignore[union-attr]  # small talk


def test_a_damaged_file_is_told_with_its_name(tmp_path: Path) -> None:
    file = tmp_path / "replies.toml"
    file.write_text("[[reply]]\nwhen = 3\n")
    with pytest.raises(
        SettingsError, match=r"replies\.toml, line 2: reply\[1\]\.when must be a list"
    ):
        load_static_replies(file)


@pytest.mark.parametrize("name", PERSONAS.names)
def test_a_shipped_persona_speaks_both_languages(name: str) -> None:
    persona = PERSONAS.get(name)
    for language in Language:
        assert len(persona.asides.of(language)) >= 8
        assert len(persona.announcements.of(language)) >= 3
        assert not any(set(persona.small_talk) - {kind.name for kind in REPLIES.kind}), (
            "a kind nobody asks for"
        )
