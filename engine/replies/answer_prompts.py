"""Builds the prompts of an answer: a personal one, or one whose answer can be shared."""

from collections.abc import Sequence

from engine.replies.completion import Prompt
from engine.replies.message_generator import MakePrompt
from engine.replies.prompt_builder import Utterance, build_prompt
from engine.replies.reply_context import ReplyContext


def personal_prompt(
    context: ReplyContext, history: Sequence[Utterance], remembered: Sequence[str]
) -> MakePrompt:
    """Return a prompt with the chat's history and memories; its answer is for this person alone."""
    request = context.request
    topic = context.topics.mentioned([*(line.text for line in history[-3:]), request.text])

    def prompt(correction: str) -> Prompt:
        return build_prompt(
            request.persona,
            context.name,
            context.language,
            request.text,
            asker=request.person,
            history=history,
            remembered=remembered,
            topic=topic,
            correction=correction,
        )

    return prompt


def shareable_prompt(context: ReplyContext) -> MakePrompt:
    """Return a prompt of persona and question only, so its answer cannot reveal anybody's words.

    It omits even the bot's name on Telegram: bots that share a persona share its answers.
    """
    request = context.request
    name = request.persona.name_for(request.persona.title)
    topic = context.topics.mentioned([request.text])

    def prompt(correction: str) -> Prompt:
        return build_prompt(
            request.persona,
            name,
            context.language,
            request.text,
            topic=topic,
            correction=correction,
        )

    return prompt
