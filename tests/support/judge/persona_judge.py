"""Decides whether a sentence contradicts a character: by lists made by hand for each of them.

For every fact: what a sentence must hold to speak of it, and what then makes it wrong. Word lists
and plain substring search alone; nothing of the product is used.
"""

from dataclasses import dataclass

_LETTERS = str.maketrans("çğıöşüâîû", "cgiosuaiu")

HUMAN = (
    "real person", "real woman", "real man", "i'm human", "i am human", "no bots here",
    "not a bot", "no bot", "as a human",
    "we humans", "bot degil", "insanim", "gercek bir insan", "gercek biri", "etten kemikten",
    "robot degil", "biz insanlar",
    "gibi bir insan", "bot falan degil",
)  # fmt: skip
NAMES = ("emre", "baran", " cem", "mehmet", "baris", "ayla", "hakan")
CITIES = ("istanbul", "ankara", "berlin", "bursa", "antalya", "trabzon", "adana", "konya")
PLACING = (
    "i live", "here in", "i'm from", "i grew up", "i've lived", "yasiyorum", "oturuyorum",
    "aliyim", "ali ben", "buyudum",
    "dogdum", "liyim",
)  # fmt: skip
JOBS = ("dentist", "dis hekimi", "nurse", "hemsire", "lawyer", "avukat", "accountant", "muhasebeci")
RELATIVES = ("my two kids", "my husband", "kocam", "cocugum var", "iki cocug")
LOST = (
    "sold", "don't hold", "don't own", "don't have", "no longer", "gone", "never had",
    "never have", "have never", "gave away",
    "sattim", "yok", "almadim", "cikardim", "olmadi",
)  # fmt: skip
PRAISE = (
    "love", "great", "fan of", "best", "brilliant", "recommend", "perfect", "fun", "all for",
    "harika", "bayilir", "oneririm",
    "tavsiye ederim", "yana", "en iyi", "guvenirim", "seviyorum", "guzel", "fair",
)  # fmt: skip
BLAME = (
    "pointless", "hate", "can't stand", "nuisance", "waste", "don't believe", "gereksiz",
    "sevmem", "sevmiyorum", "nefret",
    "inanmiyorum",
)  # fmt: skip
DENYING = ("never", "not ", "don't", "isn't", "wouldn't", "kimseye", "degil")


@dataclass(frozen=True)
class Sheet:
    """What is true of one character."""

    age: str
    ages: tuple[str, ...]  # that it is not
    has: tuple[str, ...]
    has_not: tuple[str, ...]
    hates: tuple[str, ...]
    loves: tuple[str, ...]
    others: tuple[str, ...]  # values of facts that are not its own


SHEETS = {
    "market_watcher": Sheet(
        "34", ("41", "27", "thirty-nine", "otuz dokuz"), ("bitcoin", "btc", "eth", "cat", "kedim"),
        ("tesla", "house by", "evim var", "12 btc"), ("leverage", "kaldirac", "doge", "meme coin"),
        ("cold wallet", "soguk cuzdan"), (),
    ),
    "cafe_host": Sheet(
        "52", ("35", "otuz bes"), ("samovar", "semaver", "bicycle", "bisiklet"), (),
        ("instant coffee", "hazir kahve", "loud music", "yuksek sesli"), ("street cats",
        "sokak kedi"),
        ("kebab", "kebap"),
    ),
    "football_fan": Sheet(
        "26", ("45",), ("season ticket", "kombine", "scarf", "atki"), (), ("var ", "var'i",
        "betting", "bahis"),
        ("youth", "altyapi", "genc oyuncu"), ("support fener", "fenerbahceliyim", "galatasaray",
        "striker", "forvet"),
    ),
}  # fmt: skip


def plain(text: str) -> str:
    return text.replace("İ", "i").replace("I", "i").casefold().translate(_LETTERS) + " "


def contradicts(character: str, answer: str) -> bool:
    """Whether `answer` says of itself what is not true of `character`."""
    sheet, text = SHEETS[character], plain(answer)
    supposed = (
        text.startswith("if ") or "olsaydim" in text or "many people" in text or " kisi " in text
    )
    if supposed:
        return False
    return (
        _any(text, HUMAN)
        or (_any(text, ("name", "call", "adim", "ismim", "bana")) and _any(text, NAMES))
        or (_any(text, PLACING) and _any(text, CITIES))
        or _any(text, JOBS)
        or _any(text, RELATIVES)
        or _any(text, sheet.ages)
        or _any(text, sheet.others)
        or _any(text, sheet.has_not)
        or (_any(text, sheet.has) and _any(text, LOST))
        or (_any(text, sheet.hates) and _any(text, PRAISE) and not _any(text, DENYING))
        or (_any(text, sheet.loves) and _any(text, BLAME))
    )


def _any(text: str, parts: tuple[str, ...]) -> bool:
    return any(part in text for part in parts)
