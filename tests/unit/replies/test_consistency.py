"""A character does not contradict its sheet, however its provider is tempted to."""

import random
import tomllib
from pathlib import Path

import pytest

from engine.replies.completion import Prompt
from engine.replies.guards.consistency_guard import ConsistencyGuard
from engine.replies.personas.persona import Persona
from engine.replies.personas.persona_file import SHIPPED, load_persona
from tests.support.judge import persona_judge
from tests.support.scripted_replies import Stage, system

TEMPTATIONS = tomllib.loads(
    (Path(persona_judge.__file__).parent / "temptations.toml").read_text("utf-8")
)
PERSONAS = {name: load_persona(SHIPPED / f"{name}.toml") for name in TEMPTATIONS}
OPENINGS = {
    "en": ("", "Well... ", "Good question! ", "Hm. "),
    "tr": ("", "Şey... ", "Güzel soru! ", "Hm. "),
}


class Tempter:
    """Contradicts the sheet in seven of ten drafts, in half of them when told what was wrong."""

    def __init__(self, character: str, seed: int) -> None:
        self._sentences = TEMPTATIONS[character]
        self._chance = random.Random(seed)

    def say(self, prompt: Prompt) -> str:
        language = "en" if "English only" in system(prompt) else "tr"
        tempted = self._chance.random() < (0.5 if "last draft" in system(prompt) else 0.7)
        sentence: str = self._chance.choice(
            self._sentences[language]["false" if tempted else "true"]
        )
        return self._chance.choice(OPENINGS[language]) + sentence


@pytest.mark.parametrize("character", TEMPTATIONS)
async def test_less_than_a_tenth_of_the_answers_contradict_the_sheet(character: str) -> None:
    tempter = Tempter(character, seed=7)
    stage = Stage(tempter.say)
    answers, raw = [], 0
    for number in range(200):
        asked = ("and what about you?", "peki ya sen nasıl yaparsın?")[number % 2]
        answers.append(await stage.ask(asked, chat=number, persona=PERSONAS[character]))
        raw += persona_judge.contradicts(character, tempter.say(stage.provider.prompts[0]))
    contradicted = sum(persona_judge.contradicts(character, answer) for answer in answers)
    assert raw > 100, "the provider tempts"
    assert contradicted < 0.10 * len(answers)
    assert stage.pipeline.stats().sources["generated"] > 0.4 * len(answers)


@pytest.mark.parametrize("character", TEMPTATIONS)
def test_what_fits_the_sheet_is_left_alone(character: str) -> None:
    guard = guard_of(PERSONAS[character])
    for kinds in TEMPTATIONS[character].values():
        for text in kinds["true"]:
            assert not guard.contradictions(text), text


def test_most_contradictions_the_guard_was_not_tuned_on_are_found() -> None:
    unseen = [
        guard_of(PERSONAS[character]).contradictions(text)
        for character, languages in TEMPTATIONS.items()
        for kinds in languages.values()
        for text in kinds["false"][1::2]
    ]
    assert sum(map(bool, unseen)) >= 0.9 * len(unseen)


@pytest.mark.parametrize("file", sorted(SHIPPED.glob("*.toml")), ids=lambda file: file.stem)
def test_prepared_sentences_do_not_contradict_their_own_persona(file: Path) -> None:
    persona = load_persona(file)
    guard = guard_of(persona)
    pools = (*persona.small_talk.values(), persona.asides, persona.fallback, persona.announcements)
    said = [text for pool in pools for text in (*pool.tr, *pool.en)]
    said += [text for reply in persona.replies for text in reply.say]
    assert said
    assert [(text, guard.contradictions(text)) for text in said if guard.contradictions(text)] == []


def guard_of(persona: Persona) -> ConsistencyGuard:
    return ConsistencyGuard(persona, persona.name_for("Bot"))
