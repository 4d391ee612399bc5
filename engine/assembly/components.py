"""Holds the parts of a running engine: opened in order, closed in reverse."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from engine.accounts.paused import PausedAccounts
from engine.accounts.vault import open_vault
from engine.assembly.completions import Completions
from engine.assembly.first_session_check import check_others
from engine.assembly.records import Records, Runs
from engine.assembly.reloading import Reloading
from engine.assembly.speech import Speech, open_speech
from engine.assembly.taken_up import Concerned, appliers
from engine.assembly.watching import Watching
from engine.bots.bot_list import bots_from, own_numbers, with_problems
from engine.bots.connection.open_files import raise_limit
from engine.bots.connection.wake import WakeWatch
from engine.bots.fleet import Fleet
from engine.bots.limits.limits import Limits, Maxima
from engine.bots.messages.ended import MessageEnded
from engine.bots.messages.own_accounts import OwnAccounts
from engine.bots.pauses import Pauses
from engine.bots.unasked.announcer import Announcer
from engine.bots.unasked.talk import Talk
from engine.bots.unasked.talk_pace import TalkPace, TalkRange
from engine.bots.unasked.unasked_counts import UnaskedCounts
from engine.bus import Bus
from engine.cache.chat_log import ChatLog
from engine.cache.named import NamedCaches, Sizes
from engine.cache.personal_copies import PersonalCopies
from engine.clock import Clock, ServerClock
from engine.files.scratch import sweep
from engine.gates import Gates
from engine.replies.providers.opening import open_gateway
from engine.replies.response_cache import SharedAnswers
from engine.settings import Settings
from engine.storage.database.database import Database
from engine.storage.locations.by_url import location_of
from engine.storage.messages.shared_history import SharedHistory
from engine.storage.opening import open_database
from engine.storage.retired_accounts import retire
from engine.telegram.login.enrolment import Enrolment


@dataclass(frozen=True, slots=True)
class EngineContext:
    """The objects that exist before any part of an engine is open."""

    settings: Settings
    clock: ServerClock
    machine_clock: Clock
    bus: Bus
    gates: Gates
    watching: Watching
    on_error: Callable[[BaseException], None]


@dataclass(frozen=True, slots=True)
class Components:
    """All parts that live from an engine's start to its stop."""

    enrolment: Enrolment
    database: Database
    records: Records
    caches: NamedCaches[SharedAnswers]
    gateway: Completions
    speech: Speech
    fleet: Fleet
    announcer: Announcer
    talk: Talk
    pauses: Pauses
    reloading: Reloading


async def open_components(context: EngineContext, closing: AsyncExitStack) -> Components:
    """Open all parts; register the closing of each in `closing`, even if a later one fails.

    Raises GavatcoreError if a file or a secret that is needed cannot be used.
    """
    settings, clock = context.settings, context.clock
    directory = settings.data_directory
    alerts = context.watching.alerts
    vault = await asyncio.to_thread(open_vault, directory, settings)
    bots = await asyncio.to_thread(bots_from, settings, vault)
    own = OwnAccounts(await asyncio.to_thread(own_numbers, settings, vault))
    files = raise_limit(len(bots))
    alerts.report_files(files)
    url = settings.database_url.get_secret_value() if settings.database_url else None
    await asyncio.to_thread(sweep, directory)
    database = await open_database(
        url, directory, clock=clock, on_trouble=alerts.report_storage, renew=True
    )
    records = Records(
        settings,
        location_of(url, directory),
        database,
        bus=context.bus,
        clock=clock,
        on_error=context.on_error,
    )
    closing.push_async_callback(records.close)
    caches = await NamedCaches.open(
        Sizes.of(settings),
        SharedAnswers,
        directory,
        clock,
        alerts.report_cache,
        gates=context.gates if settings.enable_predictive_caching else None,
    )
    closing.push_async_callback(caches.close)
    gateway = Completions(
        settings,
        vault.secrets,
        lambda: open_gateway(
            settings,
            vault.secrets,
            database=database,
            gates=context.gates,
            clock=clock,
            on_error=context.on_error,
        ),
    )
    await gateway.start()
    closing.push_async_callback(gateway.stop)
    messages = ChatLog(records.messages, caches.log)
    caches.load_ahead(caches.log, messages.load)
    speech = await open_speech(
        settings,
        database,
        messages=messages,
        cache=caches.gpt,
        profiles=caches.profile,
        complete=gateway.complete,
        providers=gateway.names,
        gates=context.gates,
        clock=clock,
        on_error=context.on_error,
        stores=(records.operations, PersonalCopies(caches)),
    )
    bots = with_problems(bots, speech.problems)
    await speech.prepare(bots)
    limits = await Limits.load(database, Maxima.of(settings), clock)
    clock.when_moved.append(limits.outdate)
    unasked = UnaskedCounts()
    closing.callback(context.bus.subscribe(MessageEnded, unasked.note))
    fleet = Fleet(
        bots,
        conversation=speech.conversation,
        sessions=settings.sessions_directory,
        seal=vault.seal.fixed(),  # nobody changes the key while the directory is locked
        bus=context.bus,
        messages=messages,
        limits=limits,
        on_error=context.on_error,
        services=speech.services,
        own=own,
        clock=clock,
        places=files.places,
        told=clock.told,
    )
    closing.push_async_callback(fleet.stop)
    announcer = Announcer(
        speakers=lambda: fleet.by_name,
        services=speech.services,
        database=database,
        messages=messages,
        texts=speech.announcements,
        counts=unasked,
        limits=limits,
        clock=clock,
        on_error=context.on_error,
    )
    talk = Talk(
        talkers=lambda: fleet.by_name,
        services=speech.services,
        counts=unasked,
        gates=context.gates,
        limits=limits,
        pace=TalkPace(
            TalkRange(settings.talk_hourly_minimum, settings.talk_hourly_maximum),
            limits.hours,
            clock,
        ),
        messages=messages,
        history=SharedHistory(database),
        remark_writer=speech.remark_writer,
        clock=clock,
        on_error=context.on_error,
    )

    async def end_agreements(account: str) -> None:
        await retire(database, account, clock.now())
        speech.services.policy.forget()

    pauses = Pauses(fleet, PausedAccounts(directory))
    concerned = Concerned(vault, fleet, announcer, talk, own, pauses, speech, gateway, alerts)
    return Components(
        enrolment=Enrolment(vault, settings, clock, records.audit.note, end_agreements),
        database=database,
        records=records,
        caches=caches,
        gateway=gateway,
        speech=speech,
        fleet=fleet,
        announcer=announcer,
        talk=talk,
        pauses=pauses,
        reloading=Reloading(appliers(settings, concerned), clock, context.on_error),
    )


def runs_of(components: Components, context: EngineContext) -> Runs:
    """Yield what must run beside the fleet, until cancelled, with a name for each."""
    yield context.watching.run(components.fleet, components.caches), "watch"
    yield from components.records.runs()
    yield components.caches.run(), "caches"
    yield components.speech.forget_with_age(context.on_error), "forgetting"
    yield components.speech.unload_when_closed(), "model"
    yield components.reloading.run(), "reloading"
    yield WakeWatch(context.bus, context.machine_clock).run(), "wake watch"
    yield components.announcer.run(), "announcer"
    yield components.talk.run(), "talk"
    own = frozenset(components.fleet.by_name)
    directory, now = context.settings.sessions_directory, context.clock.now()
    yield check_others(directory, own, now, context.on_error), "first session check"
