"""Questions that mean the same share an answer; false friends never do."""

import pytest

from engine.replies.response_cache import question_of
from engine.replies.shareability import stands_alone
from engine.replies.text.canonical import canonical
from engine.replies.text.language_detection import Language
from tests.support.scripted_replies import MARKET_WATCHER


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


def key_of(text: str) -> str:
    question = question_of(text, MARKET_WATCHER, Language.ENGLISH)
    assert question is not None
    return question.key


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
    ("one", "other"),
    [
        ("What is a cold wallet?", "whats a cold wallet"),
        ("What is a cold wallet?", "can you please tell me what a cold wallet is"),
        ("What is a cold wallet?", "hi, quick question: what's a cold wallet? thanks in advance"),
        ("What is a cold wallet?", "i was wondering what a cold wallet is"),
        ("What is a cold wallet?", "do you know what a cold wallet is?"),
        ("what is a cold wallet", "What's a cold wallet bro"),
        ("where is the pharmacy?", "could you tell me where the pharmacy is please"),
        ("explain volatility", "can you explain volatility please?"),
        ("recommend a book", "could you recommend a book?"),
        ("how do i learn turkish", "hello! how do i learn turkish, thank you"),
        ("will it rain tomorrow", "will it rain tmrw?"),
        ("what are you going to cook", "what are you gonna cook"),
        ("Soğuk cüzdan nedir?", "soguk cuzdan nedir bilen var mı"),
        ("Soğuk cüzdan nedir?", "kanka soğuk cüzdan nedir acaba söyler misin"),
        ("Soğuk cüzdan nedir?", "bana soğuk cüzdan nedir söyler misin lütfen"),
        ("Soğuk cüzdan nedir?", "Bi sorum var hocam, soğuk cüzdan nedir? şimdiden teşekkürler"),
        ("bugün maç var mı", "bugün maç varmı"),
        ("ne zaman açılıyor", "nezaman açılıyor"),
        ("Kargo ne zaman geliyor?", "kargo nezaman geliyo"),
        ("neden kapalı", "niye kapalı"),
        ("en yakın eczane nerede", "en yakın eczane nerde ya"),
        ("bilet ne kadar", "bilet nekadar abi"),
        ("btc yükselir mi", "btc yükselirmi kanka"),
        ("kedi mi köpek mi daha sadık", "selam, kedi mi köpek mi daha sadık merak ettim"),
        ("pazar günü açık mı acaba?", "Merhabalar pazar günü açıkmı?"),
        ("gooood coffee where", "good coffee where"),
        ("çay veya kahve var mı", "çay ya da kahve var mı"),
        ("biliyor musun fal bakmayı", "biliyonmu fal bakmayı"),
        ("ne yapmalıyım", "napmalıyım"),
        ("isnt it open", "isn't it open"),
        ("why dont cats swim", "why don't cats swim"),
    ],
)
def test_politeness_and_colloquial_spelling_keep_the_question(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("what does kanka mean", "what does bro mean"),
        ("merhaba ne demek", "selam ne demek"),
        ("hello ne demek", "hi ne demek"),
        ("how do you say hello in turkish", "how do you say thanks in turkish"),
        ("what is btw", "what is bro"),
        ("btw nedir", "kanka nedir"),
        ("what is vitamin a good for", "what is vitamin good for"),
        ("vitamin a eksikliği", "vitamin eksikliği"),
        ("plan a nedir", "plan b nedir"),
        ("her şey ne kadar", "her ne kadar"),
        ("bir şey var mı", "bir var mı"),
        ("is it free for everyone", "is it free for"),
        ("bu mesaj herkese açık mı", "bu mesaj açık mı"),
        ("will it be open", "will it open"),
        ("does the dog bite the man", "does the dog bite"),
        ("çay ya da kahve", "çay da kahve"),
        ("can you swim", "swim"),
        ("do you know Ali?", "Ali?"),
        ("do you know ali", "know ali"),
        ("ona ne aldığımı söyler misin", "ona ne aldığımı biliyor musun"),
        ("there is a problem?", "is a problem?"),
        ("kim bu abi", "kim bu abla"),
        ("can you explain it", "can you not explain it"),
        ("who is the boss", "who is the"),
        ("canım sıkılıyor", "sıkılıyor"),
        ("geliyom", "geliyon"),
        ("gelmiyo", "geliyo"),
        ("do you know what it is", "do you know who it is"),
        ("what time is it", "what is time"),
        ("thanks nereden gelir", "teşekkürler nereden gelir"),
        ("where does hello come from", "where does hey come from"),
        ("yapmıyorsun", "yapıyorsun"),
        ("tell me where it is", "tell me when it is"),
        ("who sang hello", "who sang hey"),
        ("what is bro short for", "what is pal short for"),
        ("is tea good for guys", "is tea good for"),
        ("how do i find a bro", "how do i find"),
        ("how can i help my friend", "how can i help"),
        ("how do cats mate", "how do cats"),
        ("where do i meet guys", "where do i meet"),
        ("ne yaptı reis", "ne yaptı"),
        ("milyon", "milyor"),
        ("can i pay", "can i not pay"),
        ("şu an açık mı", "şu açık mı"),
        ("good", "god"),
        ("ya da", "da"),
        ("is btc good", "is btc god"),
    ],
)
def test_what_looks_like_politeness_may_be_the_subject(one: str, other: str) -> None:
    assert key_of(one) != key_of(other)


OPENINGS = ("", "hey ", "Selam kanka, ", "Hocam bi soru: ", "quick question, ", "btw ", "pardon, ")
CLOSINGS = (
    "",
    " please",
    " acaba",
    " ya",
    " abi?",
    "? thanks in advance",
    " teşekkürler",
    " bro 🙏",
)
QUESTIONS = (
    "is the market open today", "is the market not open today", "is the mall open today",
    "what does the ticket cost", "what did the ticket cost", "how do i get to Ankara",
    "how do i get from Ankara", "can i bring my dog", "can my dog bring me",
    "bilet fiyatı ne kadar", "bilet fiyatları ne kadar", "uygulama neden açılmıyor",
    "uygulama neden açılıyor", "yarın 5'te açık mı", "yarın 6'da açık mı", "kim kazandı maçı",
    "kim kazanır maçı", "çay mı kahve mi", "kahve mi çay mı",
)  # fmt: skip


def test_no_clothes_make_two_questions_one_or_one_question_two() -> None:
    forms = {
        canonical(f"{opening}{question}{closing}").removesuffix(" ?"): question
        for question in QUESTIONS
        for opening in OPENINGS
        for closing in CLOSINGS
    }
    assert len(forms) == len(QUESTIONS)
    assert set(forms.values()) == set(QUESTIONS)


@pytest.mark.parametrize(
    "text",
    [
        "What is a cold wallet?",
        "can you tell me what a cold wallet is",
        "bana soğuk cüzdan nedir söyler misin",
        "bu arada soğuk cüzdan ne",
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
        "ne kadar?",
        "ne zaman kanka",
        "thats odd, why is the shop closed",
        "can you tell me where my order is",
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
