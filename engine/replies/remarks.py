"""Writes a bot's unprompted remarks in a group, from what the group's bots know together."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from engine.replies.agreed_history import AgreedHistory
from engine.replies.completion import Priority, Prompt, Requester
from engine.replies.message_generator import MessageGenerator, NoMessageError
from engine.replies.personas.persona import Topic
from engine.replies.prompt_builder import Utterance, build_remark
from engine.replies.reply_context import ReplyContext, ReplyRequest
from engine.replies.response_cache import ResponseCache, remark_on
from engine.replies.text.recent_answers import RecentAnswers
from engine.storage.messages.shared_history import SharedLine

_OF_NOW = 5  # last lines that show the present topic


class Remarks:
    """Writes remarks for all bots; providers see only lines of bots and of people who agreed."""

    def __init__(
        self,
        context: Callable[[ReplyRequest], Awaitable[ReplyContext]],
        history: AgreedHistory,
        cache: ResponseCache,
        generator: MessageGenerator,
    ) -> None:
        self._context = context
        self._history = history
        self._cache = cache
        self._generator = generator

    async def make(
        self, request: ReplyRequest, lines: Sequence[SharedLine], answering: SharedLine | None
    ) -> str | None:
        """Return a remark from a provider or the cache; None if there is nothing good to say."""
        context = await self._context(request)
        history = await self._history.shared(request.bot, request.chat, lines, answering)
        if history is None:
            return None
        texts = [line.text for line in history[-_OF_NOW:]]
        if answering is not None:
            topic = context.topics.mentioned(texts)
        else:
            topic = context.topics.choose(texts, context.record.topics)
            if topic is None and not history:
                return None
        said = RecentAnswers(line.text for line in lines if line.bot)  # by any of them
        try:
            if topic is not None and not history:
                text = await self._shareable(context, topic, said)
            else:
                text = await self._generate(context, topic, history, said, answers=bool(answering))
        except NoMessageError:
            return None
        context.record.said.add(text)
        return text

    async def _shareable(self, context: ReplyContext, topic: Topic, said: RecentAnswers) -> str:
        """Return a remark on the persona's own topic, without the chat's words: shareable."""
        question = remark_on(topic.name, context.request.persona, context.name, context.language)
        found = await self._cache.find(question, lambda text: not said.is_near(text))
        if found is not None:
            return found.text
        text = await self._generate(context, topic, (), said, answers=False)
        await self._cache.add(question, text)
        return text

    async def _generate(
        self,
        context: ReplyContext,
        topic: Topic | None,
        history: Sequence[Utterance],
        said: RecentAnswers,
        *,
        answers: bool,
    ) -> str:
        request = context.request

        def prompt(correction: str) -> Prompt:
            return build_remark(
                request.persona,
                context.name,
                context.language,
                topic=topic,
                history=history,
                is_answer=answers,
                correction=correction,
            )

        requester = Requester(request.bot, request.chat, request.person)
        conditions = replace(context.conditions, said=said)
        return await self._generator.generate(
            prompt, requester, Priority.LOW, conditions, context.until, since=context.breaks
        )
