"""Assembles what bots say and may say: personas, replies, consents, and what they need."""

import asyncio
import difflib
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import resources
from engine.accounts.bot_personas import BotPersonas
from engine.bots.bot import BotSettings
from engine.bots.consent.consent_policy import ConsentPolicy, Profiles
from engine.bots.consent.privacy_service import PersonalStore
from engine.bots.consent.services import ConsentServices
from engine.bots.messages.conversation import PersonaConversation
from engine.bots.persona_assignment import PersonaAssignment
from engine.bots.unasked.announcement_pool import AnnouncementPool
from engine.bots.unasked.announcement_texts import AnnouncementTexts
from engine.bots.unasked.remark_writer import PersonaRemarkWriter
from engine.clock import Clock
from engine.gates import Gate, Gates
from engine.language import _
from engine.replies.completion import Complete
from engine.replies.memory.encoder import Encoder
from engine.replies.memory.long_term import LongTermMemory
from engine.replies.personas.persona_file import SHIPPED, load_personas, unknown_small_talk
from engine.replies.personas.static_replies import StaticReplies, load_static_replies
from engine.replies.pipeline import Pipeline
from engine.replies.response_cache import AnswerStore
from engine.settings import Settings
from engine.storage.announcements import Announcements
from engine.storage.database.database import Database
from engine.storage.messages.message_store import MessageStore
from engine.storage.people.consents import Consents

_log = logging.getLogger(__name__)

_ANNOUNCEMENTS = Path(resources.__file__).parent / "profiles" / "announcements.toml"
_DAY = 86_400.0  # s
_AFTER_START = 60.0  # s; a start has more urgent work


class Speech:
    """Call `prepare` before the first message; caches and gateway are closed by their owner."""

    def __init__(
        self,
        *,
        assignment: PersonaAssignment,
        pipeline: Pipeline,
        services: ConsentServices,
        announcements: AnnouncementTexts,
        memory: LongTermMemory,
        encoder: Encoder | None,
        gates: Gates,
        clock: Clock,
    ) -> None:
        """Use `open_speech` instead."""
        self.replies = pipeline
        self.services = services
        self.announcements = announcements
        self.conversation = PersonaConversation(pipeline, assignment.of, services.names)
        self.remark_writer = PersonaRemarkWriter(pipeline, assignment.of, services.names)
        self._assignment = assignment
        self._memory = memory
        self._encoder = encoder
        self._gates = gates
        self._clock = clock

    @property
    def problems(self) -> Mapping[str, str]:
        """The problem that keeps a bot from speaking, by bot."""
        return self._assignment.problems

    async def prepare(self, bots: Sequence[BotSettings]) -> None:
        """Build ahead what the bots' first answers need."""
        names = [bot.name for bot in bots]
        for name in self.announcements.for_nobody(names):
            _log.warning("%s", _for_nobody(name, names))
        await self.replies.prepare(self._assignment.in_use(names))

    async def recast(self, settings: Settings, bots: Sequence[str]) -> None:
        """Read personas and announcements again; raises like `open_speech`."""
        assignment, pool, _replies = await asyncio.to_thread(_read, settings)
        await self.replies.prepare(assignment.in_use(bots))
        self._assignment.become(assignment)
        self.announcements.replace(pool)

    async def forget_with_age(self, on_error: Callable[[BaseException], None]) -> None:
        """Delete unneeded memories once a day, until cancelled."""
        await self._clock.sleep(_AFTER_START)
        while True:
            try:
                await self._memory.forget_unneeded()
            except Exception as error:  # noqa: BLE001 - tomorrow is another day
                on_error(error)
            await self._clock.sleep(_DAY)

    async def unload_when_closed(self) -> None:
        """Unload a model whenever the gate for model calls closes, until cancelled."""
        moved = asyncio.Event()
        leave = self._gates.listen(Gate.LLM_CALLS, lambda _: moved.set())
        try:
            while True:
                await moved.wait()
                moved.clear()
                if not self._gates.is_open(Gate.LLM_CALLS):
                    await self._unload()
        finally:
            leave()
            await self._unload()

    async def _unload(self) -> None:
        await self._memory.unload()
        if self._encoder is not None:
            await self._encoder.unload()


async def open_speech(
    settings: Settings,
    database: Database,
    *,
    messages: MessageStore,
    cache: AnswerStore,
    profiles: Profiles,
    complete: Complete,
    providers: Callable[[], Sequence[str]],
    gates: Gates,
    clock: Clock,
    on_error: Callable[[BaseException], None],
    stores: Sequence[PersonalStore] = (),
) -> Speech:
    """Read personas and announcements, and build the replies; `providers` may be asked.

    `stores` are those of what else is kept of people.

    Raises SettingsError, AccountError or OSError.
    """
    assignment, pool, replies = await asyncio.to_thread(_read, settings)
    policy = ConsentPolicy(Consents(database), clock, profiles, providers)
    by_meaning = settings.recall_by_meaning and not settings.disable_ai_models
    is_wanted = by_meaning and Encoder.is_installed()
    encoder = Encoder(settings.data_directory) if is_wanted else None
    memory = LongTermMemory(database, clock, gates, policy.model_agreement, encoder)
    services = ConsentServices.build(
        database,
        gates,
        clock,
        messages=messages,
        policy=policy,
        stores=(memory, *stores),
        preset=settings.announcement_preset,
        retention_days=settings.retention_days,
    )
    pipeline = Pipeline(
        replies=replies,
        complete=complete,
        providers=providers,
        agreement=policy.model_agreement,
        history=messages.history,
        store=cache,
        gates=gates,
        clock=clock,
        on_error=on_error,
        encoder=encoder,
        memory=memory,
    )
    policy.on_withdrawal(pipeline.break_off)
    return Speech(
        assignment=assignment,
        pipeline=pipeline,
        services=services,
        announcements=AnnouncementTexts(
            pool, Announcements(database), services.language, services.names
        ),
        memory=memory,
        encoder=encoder,
        gates=gates,
        clock=clock,
    )


def _read(settings: Settings) -> tuple[PersonaAssignment, AnnouncementPool, StaticReplies]:
    """Read the files."""
    directory = settings.data_directory
    personas = load_personas((SHIPPED, directory / "personas"))
    assignment = PersonaAssignment(personas, BotPersonas(directory).all(), settings.persona)
    pool = AnnouncementPool.load(
        _ANNOUNCEMENTS, settings.announcements_file, assignment.announcements()
    )
    replies = load_static_replies()
    for sentence in unknown_small_talk(personas, [kind.name for kind in replies.kind]):
        _log.warning("%s", sentence)
    return assignment, pool, replies


def _for_nobody(name: str, names: Sequence[str]) -> str:
    """Return the sentence about announcements for an account that does not exist."""
    close = difflib.get_close_matches(name, names, 1)
    if close:
        return _(
            "The announcements of {name} are for no bot here; perhaps {close} is meant."
        ).format(name=name, close=close[0])
    return _("The announcements of {name} are for no bot here.").format(name=name)
