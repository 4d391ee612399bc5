"""The lively answers of the local provider: as varied as a bot's, and fit to be sent."""

import random

import pytest

from engine.replies.guards.answer_checks import AnswerChecks, Conditions
from engine.replies.guards.duplicates import DuplicateDetector
from engine.replies.personas.persona import Persona
from engine.replies.personas.persona_file import SHIPPED, load_personas
from engine.replies.prompt_builder import build_prompt
from engine.replies.text.language_detection import Language, detect
from engine.replies.text.recent_answers import RecentAnswers
from engine.simulator.people.texts import ENGLISH_TEXTS, TURKISH_QUESTIONS, TURKISH_TEXTS
from engine.simulator.provider.lively_answers import LivelyAnswers
from engine.simulator.provider.request import ChatMessage

PERSONA = load_personas((SHIPPED,)).get(None)
NAME = PERSONA.name_for("Bot 1")


def asked(question: str, language: Language, persona: Persona = PERSONA) -> list[ChatMessage]:
    prompt = build_prompt(persona, NAME, language, question)
    return [ChatMessage(turn.role.value, turn.text) for turn in prompt.turns]


@pytest.mark.parametrize(
    ("language", "texts"),
    [(Language.TURKISH, TURKISH_TEXTS), (Language.ENGLISH, ENGLISH_TEXTS)],
)
async def test_whatever_people_say_the_answer_passes_the_engines_checks(
    language: Language, texts: tuple[str, ...]
) -> None:
    answers, checks = LivelyAnswers(random.Random(1)), AnswerChecks(DuplicateDetector())
    for text in texts:
        messages = asked(text, language)
        for _ in range(3):
            answer = answers(messages)
            conditions = Conditions(PERSONA, NAME, language, 1, RecentAnswers())
            draft = await checks.judge(answer, [messages[-1].text], conditions)
            assert draft.fault is None, (text, answer, draft)


def test_the_language_is_the_prompts() -> None:
    answers = LivelyAnswers(random.Random(1))
    for language in Language:
        for question in ("OK?", *TURKISH_QUESTIONS):
            assert detect(answers(asked(question, language)).replace(question, "")) is language


def test_without_a_prompt_that_names_it_the_language_is_the_questions() -> None:
    answers = LivelyAnswers(random.Random(1))
    assert detect(answers([ChatMessage("user", "Nasılsın, sen neler yapıyorsun?")])) == "tr"
    assert detect(answers([ChatMessage("user", "Where does the bus leave from?")])) == "en"


def test_a_chat_hears_something_else_each_time() -> None:
    answers, said = LivelyAnswers(random.Random(1)), RecentAnswers()
    messages, near = asked("What is the price?", Language.ENGLISH), 0
    for _ in range(8):
        answer = answers(messages)
        near += said.is_near(answer)
        said.add(answer)
    assert near <= 2
