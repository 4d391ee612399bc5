"""The prompts for an answer: for one person alone, or such that others may hear it too."""

from collections.abc import Sequence

from engine.replies.case import Case
from engine.replies.completion import Prompt
from engine.replies.message_generator import MakePrompt
from engine.replies.prompt_builder import Utterance, build_prompt


def personal_prompt(
    case: Case, history: Sequence[Utterance], remembered: Sequence[str]
) -> MakePrompt:
    """With the chat's history and what is remembered: its answer is for this person alone."""
    asked = case.asked
    topic = case.topics.mentioned([*(line.text for line in history[-3:]), asked.text])

    def prompt(correction: str) -> Prompt:
        return build_prompt(
            asked.persona,
            case.name,
            case.language,
            asked.text,
            asker=asked.person,
            history=history,
            remembered=remembered,
            topic=topic,
            correction=correction,
        )

    return prompt


def shareable_prompt(case: Case) -> MakePrompt:
    """With the persona and the question alone, so that its answer can tell nobody's secrets.

    Not even the bot's name on Telegram: bots that share a persona share its answers.
    """
    asked = case.asked
    name = asked.persona.name_for(asked.persona.title)
    topic = case.topics.mentioned([asked.text])

    def prompt(correction: str) -> Prompt:
        return build_prompt(
            asked.persona, name, case.language, asked.text, topic=topic, correction=correction
        )

    return prompt
