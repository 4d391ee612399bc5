"""What the people of a day write, when and to whom: the same for the same seed.

Its sentences are its own (day_texts.toml): it knows none of the product's.
"""

import enum
import itertools
import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_TEXTS: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "day_texts.toml").read_text("utf-8")
)
_HOURS = (2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 11, 12, 12, 11, 11, 12, 14, 17, 20, 21, 18, 11, 5)
_HOUR = 3600.0  # s
_OCCASION = 2_400.0  # s that everybody asks about the same
_OF_NOW = 0.6  # of common questions
_PLAIN = str.maketrans("çğışöüÇĞİŞÖÜ", "cgisouCGISOU")


class Kind(enum.StrEnum):
    """What sort of message it is."""

    SMALL_TALK = "small talk"
    COMMON = "common questions"
    OPEN = "rare questions"
    STATEMENT = "personal statements"
    FOLLOW_UP = "follow-ups"
    CHATTER = "said to no bot"
    COMMAND = "commands"


@dataclass(frozen=True, slots=True)
class Mix:
    """How often each kind is written to a bot, relative to the others, and by whom."""

    small_talk: float = 32
    common: float = 50
    open: float = 4
    statement: float = 6
    follow_up: float = 5
    command: float = 3
    messages: float = 18.0  # of a person, on average
    in_groups: float = 0.3  # of conversations
    agreed: float = 0.65  # of people, before the day
    agreeing: float = 0.1  # of people, in their first conversation of the day
    turkish: float = 0.6  # of people


@dataclass(frozen=True, slots=True)
class Scale:
    """How large the fleet is, and for how long it is watched."""

    people: int = 2_000
    bots: int = 200
    groups: int = 400  # of which each wants its bot's announcements
    talking: int = 10  # of the groups: where three bots talk, and hear all that is said
    per_minute: int = 30  # calls that the provider takes
    seconds: float = 86_400.0


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who writes to some bots."""

    number: int
    language: str
    bots: tuple[int, ...]
    group: int
    has_agreed: bool
    will_agree: bool
    leaves_marks_out: bool


@dataclass(frozen=True, slots=True)
class Written:
    """One message: `group` None is a direct one to `bot`."""

    at: float  # s since the day began
    person: Person
    bot: int
    group: int | None
    kind: Kind
    text: str


class People:
    """`written` are all messages of the day in their order."""

    def __init__(self, scale: Scale, mix: Mix, seed: int) -> None:
        self._chance = random.Random(seed)
        self._mix = mix
        self.scale = scale
        self.people = [self._person(10_000 + number) for number in range(scale.people)]
        self._ranks = {
            language: self._chance.sample(_TEXTS[language]["common"], len(common))
            for language in ("tr", "en")
            for common in (_TEXTS[language]["common"],)
        }
        found = [one for person in self.people for one in self._day_of(person)]
        self.written = sorted(found, key=lambda one: one.at)

    def _person(self, number: int) -> Person:
        chance, mix = self._chance, self._mix
        count = min(chance.choice((1, 1, 2, 3)), self.scale.bots)
        bots = tuple(chance.sample(range(self.scale.bots), count))
        luck = chance.random()
        return Person(
            number,
            "tr" if chance.random() < mix.turkish else "en",
            bots,
            chance.randrange(bots[0], self.scale.groups, self.scale.bots),
            has_agreed=luck < mix.agreed,
            will_agree=mix.agreed <= luck < mix.agreed + mix.agreeing,
            leaves_marks_out=chance.random() < 0.4,
        )

    def _day_of(self, person: Person) -> Iterator[Written]:
        chance = self._chance
        left = max(1, round(chance.lognormvariate(0, 0.8) * self._mix.messages / 1.377))
        is_first = True
        while left > 0:
            count = min(left, 1 + round(chance.expovariate(1 / 6)))
            yield from self._conversation(person, count, asks_to_agree=is_first)
            left -= count
            is_first = False

    def _conversation(
        self, person: Person, count: int, *, asks_to_agree: bool
    ) -> Iterator[Written]:
        chance = self._chance
        at = self._begin()
        bot = chance.choice(person.bots)
        group = person.group if chance.random() < self._mix.in_groups else None
        bot = bot if group is None else group % self.scale.bots
        kinds = list(self._kinds(count))
        for number, kind in enumerate(kinds):
            if at >= self.scale.seconds:
                return
            if group is not None and group < self.scale.talking and chance.random() < 0.5:
                text = self._filled("chatter", person)
                yield Written(at, person, bot, group, Kind.CHATTER, text)
                at += chance.lognormvariate(3.2, 0.7)
            if asks_to_agree and number == 1 and person.will_agree:
                yield Written(at, person, bot, group, Kind.COMMAND, "/agree")
                at += 5 + chance.expovariate(1 / 10)
            yield Written(at, person, bot, group, kind, self._text(kind, person, at))
            at += 3 + chance.lognormvariate(3.4, 0.8)  # half of them within 33 s

    def _begin(self) -> float:
        """By the hours of a day, or evenly over less."""
        if self.scale.seconds < 24 * _HOUR:
            return self._chance.uniform(0, self.scale.seconds * 0.8)
        hour = self._chance.choices(range(24), _HOURS)[0]
        return (hour + self._chance.random()) * _HOUR

    def _kinds(self, count: int) -> Iterator[Kind]:
        mix, chance = self._mix, self._chance
        weights = {
            Kind.SMALL_TALK: mix.small_talk,
            Kind.COMMON: mix.common,
            Kind.OPEN: mix.open,
            Kind.STATEMENT: mix.statement,
            Kind.FOLLOW_UP: mix.follow_up,
            Kind.COMMAND: mix.command,
        }
        last = None
        for _ in range(count):
            kind = chance.choices(list(weights), list(weights.values()))[0]
            if kind is Kind.FOLLOW_UP and last in {None, Kind.SMALL_TALK, Kind.COMMAND}:
                kind = Kind.SMALL_TALK if last is None else Kind.STATEMENT
            last = kind
            yield kind

    def _text(self, kind: Kind, person: Person, at: float) -> str:
        if kind is Kind.COMMAND:
            return self._chance.choice(("/help", "/privacy", "/start", "/mydata"))
        if kind is Kind.COMMON:
            return self._typed(self._common(person, at), person)
        section = {
            Kind.SMALL_TALK: "small",
            Kind.OPEN: "open",
            Kind.STATEMENT: "statement",
            Kind.FOLLOW_UP: "followup",
        }[kind]
        return self._filled(section, person)

    def _common(self, person: Person, at: float) -> str:
        """By Zipf's law, but for what everybody asks just then."""
        ranked, chance = self._ranks[person.language], self._chance
        if chance.random() < _OF_NOW:
            question = ranked[int(at // _OCCASION) * 7 % len(ranked)]
        else:
            question = chance.choices(ranked, [1 / rank for rank in range(1, len(ranked) + 1)])[0]
        texts = _TEXTS[person.language]
        wordings = question.split("|")
        wording = chance.choices(wordings, [5, *itertools.repeat(1, len(wordings) - 1)])[0]
        before, after = chance.choice(texts["before"]), chance.choice(texts["after"])
        return f"{before}{wording}{after}"

    def _filled(self, section: str, person: Person) -> str:
        texts = _TEXTS[person.language]
        slots = {name: self._chance.choice(words) for name, words in texts["slots"].items()}
        return self._typed(self._chance.choice(texts[section]).format(**slots), person)

    def _typed(self, text: str, person: Person) -> str:
        """As people type: marks left out, slips, capitals."""
        chance = self._chance
        if person.leaves_marks_out:
            text = text.translate(_PLAIN)
        if chance.random() < 0.06 and len(text) > 8:
            slip = chance.randrange(1, len(text) - 2)
            text = text[:slip] + text[slip + 1] + text[slip] + text[slip + 2 :]
        if chance.random() < 0.3:
            text = text[0].upper() + text[1:]
        return text
