"""Leads from a message to an answer; no provider can make it fail. Read it top down.

Small talk → consent → response cache → provider, with one retry → static pool. Between two messages
only a chat's last answers, topics and language are kept.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from engine.clock import Clock
from engine.gates import Gate, Gates
from engine.replies.agreed_history import AgreedHistory, AgreementOf
from engine.replies.answer_prompts import personal_prompt, shareable_prompt
from engine.replies.chat_records import ChatRecords, History
from engine.replies.completion import Complete, Priority, Refusal, Requester
from engine.replies.consent_question import ConsentQuestion
from engine.replies.guards.answer_checks import AnswerChecks
from engine.replies.guards.duplicates import DuplicateDetector
from engine.replies.memory.encoder import Encoder
from engine.replies.message_generator import MakePrompt, MessageGenerator, NoMessageError
from engine.replies.personas.persona import Persona
from engine.replies.personas.small_talk import Phrasebook
from engine.replies.personas.static_pool import StaticPool
from engine.replies.personas.static_replies import StaticReplies
from engine.replies.personas.topic_selector import TopicSelector
from engine.replies.prompt_builder import Utterance
from engine.replies.remarks import Remarks
from engine.replies.reply_context import Answer, ReplyContext, ReplyRequest
from engine.replies.response_cache import AnswerStore, ResponseCache
from engine.replies.shareability import is_impersonal, refers_back, stands_alone
from engine.replies.stats import ReplyCounters, ReplyStats, Source, StaticReason
from engine.storage.messages.shared_history import SharedLine
from engine.storage.people.agreement import Wrote

WAIT = 30.0  # s that a person waits at most for a provider's answer
_SILENCE = 1_800.0  # s of silence after which a new conversation begins
_ANOTHERS_ANSWER = 10.0  # s to wait for a pending answer to the same question


class MemoryStore(Protocol):
    """The store of what people who agreed told about themselves."""

    async def recall(self, account: str, person: int, question: str) -> Sequence[str]:
        """Return what bears on `question`."""

    async def notice(self, account: str, chat: int, wrote: Wrote, text: str) -> int:
        """Remember what matters in `text`; return the number of sentences."""


class Pipeline:
    """Answers messages for all bots of an engine."""

    def __init__(
        self,
        *,
        replies: StaticReplies,
        complete: Complete,
        providers: Callable[[], Sequence[str]],
        agreement: AgreementOf,
        history: History,
        store: AnswerStore,
        gates: Gates,
        clock: Clock,
        on_error: Callable[[BaseException], None],
        encoder: Encoder | None = None,
        memory: MemoryStore | None = None,
    ) -> None:
        """Use `providers` for the names of those that may be asked; if empty, no model is used.

        With an `encoder`, answers that say the same in other words count as duplicates too.
        """
        self._replies = replies
        self._providers = providers
        self._agreement = agreement
        self._history = AgreedHistory(history, agreement)
        self._chats = ChatRecords(history)
        self._cache = ResponseCache(store, clock)
        self._gates = gates
        self._clock = clock
        self._memory = memory
        self._on_error = on_error
        self._counters = ReplyCounters(clock)
        self._consent = ConsentQuestion(replies.consent, clock)
        self._checks = AnswerChecks(DuplicateDetector(encoder))
        self._generator = MessageGenerator(complete, self._checks, self._counters, on_error)
        self.break_off = self._generator.break_off
        self._remarks = Remarks(self._context, self._history, self._cache, self._generator)
        self._phrasebook: Phrasebook | None = None
        self._parts: dict[str, tuple[StaticPool, TopicSelector]] = {}

    async def prepare(self, personas: Iterable[Persona]) -> None:
        """Build in a thread what the first answer of each persona needs (some 100 ms)."""
        for persona in personas:
            await asyncio.to_thread(self._make_parts, persona)
            await self._checks.prepare(persona, persona.name_for(persona.title))

    def stats(self) -> ReplyStats:
        """Return the counts since the start."""
        return self._counters.stats()

    async def answer(self, request: ReplyRequest) -> Answer:
        """Return the answer; raises StorageError if history or consents cannot be read."""
        context = await self._context(request)
        why_static = await self._why_static(request)
        certain = context.certain()
        if certain is not None and (why_static or context.suffices(certain)):
            answer = Answer(certain.text, Source.SMALL_TALK)
        elif why_static:
            answer = self._static(context, why_static)
        else:
            answer = await self._modelled(context)
        self._note(context, answer)
        if why_static is None and certain is None:
            await self._notice(request)
        if why_static is StaticReason.NO_CONSENT:
            return await self._with_question(context, answer)
        return answer

    async def remark(
        self,
        request: ReplyRequest,
        lines: Sequence[SharedLine] = (),
        answering: SharedLine | None = None,
    ) -> str | None:
        """Return an unprompted remark for a group; None if nothing good came.

        `lines` is the history that the group's bots share, newest last; `answering` may be one of
        them. In `request`, `person` is 0, and `text` shows the language.
        """
        if not self._providers() or not self._gates.is_open(Gate.LLM_CALLS):
            return None
        return await self._remarks.make(request, lines, answering)

    def is_interested(self, persona: Persona, texts: Sequence[str]) -> bool:
        """Return True if `texts`, which no provider sees, mention one of the persona's topics."""
        return self._parts_of(persona)[1].mentioned(texts) is not None

    async def _context(self, request: ReplyRequest) -> ReplyContext:
        persona, breaks = request.persona, self._generator.breaks
        record = await self._chats.of(request.bot, request.chat)
        parts = self._parts_of(persona)
        language = record.language_of(request.text, request.language or persona.language)
        name = persona.name_for(request.display_name)
        until = asyncio.get_running_loop().time() + max(0.0, WAIT - request.waited)
        return ReplyContext(request, record, language, name, *parts, until, breaks)

    def _parts_of(self, persona: Persona) -> tuple[StaticPool, TopicSelector]:
        parts = self._parts.get(persona.fingerprint)
        return self._make_parts(persona) if parts is None else parts

    def _make_parts(self, persona: Persona) -> tuple[StaticPool, TopicSelector]:
        if self._phrasebook is None:
            self._phrasebook = Phrasebook(self._replies.kind)
        pool = StaticPool(self._replies, persona, self._phrasebook)
        return self._parts.setdefault(persona.fingerprint, (pool, TopicSelector(persona)))

    async def _why_static(self, request: ReplyRequest) -> StaticReason | Refusal | None:
        """Return why no model may answer, or None if one may."""
        if not self._providers():
            return Refusal.NO_PROVIDER
        if not self._gates.is_open(Gate.LLM_CALLS):
            return Refusal.GATE_CLOSED
        agreement = await self._agreement(request.person, request.bot, request.chat)
        if not agreement.covers(request.wrote):
            return StaticReason.NO_CONSENT
        return None

    def _static(self, context: ReplyContext, reason: StaticReason | Refusal) -> Answer:
        self._counters.static_reasons[reason] += 1
        return context.last_resort()

    def _note(self, context: ReplyContext, answer: Answer) -> None:
        self._counters.sources[answer.source] += 1
        self._counters.repeats += context.record.said.age(answer.text) is not None
        context.record.said.add(answer.text)
        modelled = answer.source not in {Source.SMALL_TALK, Source.STATIC}
        context.record.asked_back = modelled and answer.text.endswith("?")

    async def _with_question(self, context: ReplyContext, answer: Answer) -> Answer:
        request = context.request
        if (await self._agreement(request.person, request.bot, request.chat)).stands:
            return answer  # only this one message was written without consent
        question = self._consent.due(request.bot, request.chat, context.language, self._providers())
        if question is None:
            return answer
        self._counters.consent_questions += 1
        return Answer(f"{answer.text}\n\n{question}", answer.source)

    async def _modelled(self, context: ReplyContext) -> Answer:
        """Answer from the cache if the message stands alone, else from a provider."""
        request = context.request
        if stands_alone(request.text):
            return await self._shareable(context)
        history = await self._talk_before(context)
        remembered = await self._recall(request)
        if not history and not remembered and is_impersonal(request.text):  # no context to use
            return await self._shareable(context)
        return await self._generated(context, personal_prompt(context, history, remembered))

    async def _talk_before(self, context: ReplyContext) -> Sequence[Utterance]:
        """Return the lines about the matter: no small talk, none from before a long silence."""
        request = context.request
        since = 0.0 if refers_back(request.text) else self._clock.now() - _SILENCE
        lines = await self._history.before(request.bot, request.chat, request.message, since)
        talk: list[Utterance] = []
        is_talk = False
        for line in lines:
            if line.person is not None:
                is_talk = not context.pool.is_small_talk(line.text)
            if is_talk:
                talk.append(line)
        return talk

    async def _shareable(self, context: ReplyContext) -> Answer:
        """Return an answer to the same question that is new to this chat, or a new one."""
        question, said = context.question, context.record.said
        if question is None:
            return await self._generated(context, shareable_prompt(context))

        def is_fresh(text: str) -> bool:
            return not said.is_near(text)

        found = await self._cache.find(question, is_fresh)
        if found is None and await self._cache.landed(question, context.patience(_ANOTHERS_ANSWER)):
            found = await self._cache.find(question, is_fresh)
        self._counters.looked_up(hit=found is not None)
        if found is not None:
            return Answer(found.text, Source.EXACT if found.is_exact else Source.NEAR)
        async with self._cache.flight(question):
            answer = await self._generated(context, shareable_prompt(context))
            if answer.source is Source.GENERATED:
                await self._cache.add(question, answer.text)
        return answer

    async def _generated(self, context: ReplyContext, make_prompt: MakePrompt) -> Answer:
        """Return a provider's answer, or a static one if none comes."""
        try:
            text = await self._generate(context, make_prompt, Priority.HIGH)
        except NoMessageError as none:
            return self._static(context, none.reason)
        return Answer(text, Source.GENERATED)

    async def _generate(
        self, context: ReplyContext, make_prompt: MakePrompt, priority: Priority
    ) -> str:
        request = context.request
        requester = Requester(request.bot, request.chat, request.person)
        return await self._generator.generate(
            make_prompt,
            requester,
            priority,
            context.conditions,
            context.until,
            since=context.breaks,
        )

    async def _recall(self, request: ReplyRequest) -> Sequence[str]:
        if self._memory is None:
            return ()
        try:
            return await self._memory.recall(request.bot, request.person, request.text)
        except Exception as error:  # noqa: BLE001 - an answer without memory is better than none
            self._on_error(error)
            return ()

    async def _notice(self, request: ReplyRequest) -> None:
        """Remember what a person who agreed said; an error must not cost them the answer."""
        if self._memory is None:
            return
        try:
            await self._memory.notice(request.bot, request.chat, request.wrote, request.text)
        except Exception as error:  # noqa: BLE001 - see above
            self._on_error(error)
