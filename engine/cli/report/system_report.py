"""Gathers what `gavatcore report` shows, from a running engine or else from the disk."""

import time
from dataclasses import dataclass
from pathlib import Path

from engine.accounts.account_record import AccountKind, AccountRecord
from engine.accounts.accounts import list_accounts
from engine.accounts.given_bots import given_bots
from engine.accounts.paused import PausedAccounts
from engine.bots.connection.cause import Cause
from engine.bots.connection.state import BotState
from engine.cache.stats import CacheStats
from engine.cli.engine_answers import engine_status
from engine.cli.report.python_processes import PythonProcess, python_processes
from engine.commands.status import EngineStatus
from engine.files.data_lock import holder_of
from engine.settings import Settings
from engine.snapshot import Health
from engine.storage.database.statistics import DatabaseStatistics
from engine.telegram.sessions.file import has_login
from engine.telegram.sessions.survey import SessionState, survey_sessions
from engine.watch.alert_lines import AlertLine, alert_line


@dataclass(frozen=True, slots=True)
class EngineLine:
    """The engine that runs here."""

    pid: int | None  # None: unknown
    seen_at: float | None  # when it last reported its state, since the epoch; None: not yet
    uptime: float | None  # s at that time
    health: Health | None


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account; `state` is its bot's phase while an engine runs."""

    name: str
    kind: AccountKind
    number: int | None
    username: str | None
    state: str  # a phase or paused, else logged_in or logged_out
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class LogFileLine:
    """One file of the log."""

    file: str
    bytes: int


@dataclass(frozen=True, slots=True)
class SystemReport:
    """The whole report."""

    at: float  # seconds since the epoch
    directory: str
    engine: EngineLine | None  # None: none runs, and everything below is from the disk
    alerts: tuple[AlertLine, ...]  # the active ones, then the last past ones
    unanswered: dict[str, int]  # messages since the engine's start, by reason
    accounts: tuple[AccountLine, ...]
    sessions: tuple[SessionState, ...]
    caches: tuple[CacheStats, ...]
    database: DatabaseStatistics | None
    processes: tuple[PythonProcess, ...]
    logs: tuple[LogFileLine, ...]


def make_report(directory: Path, settings: Settings) -> SystemReport:
    """Return the report without changing anything.

    Blocking; raises AccountError if the list of accounts is damaged.
    """
    holder = holder_of(directory)
    live = engine_status(directory) if holder else None
    bots = {bot.name: bot for bot in live.bots} if live else {}
    return SystemReport(
        at=time.time(),
        directory=str(directory),
        engine=_engine(holder.pid, live) if holder else None,
        alerts=tuple(map(alert_line, live.alerts)) if live else (),
        unanswered=live.unanswered if live else {},
        accounts=_accounts(directory, settings, bots),
        sessions=survey_sessions(settings.sessions_directory),
        caches=live.caches if live else (),
        database=live.database if live else None,
        processes=python_processes(),
        logs=tuple(
            LogFileLine(file.name, file.stat().st_size)
            for file in sorted((directory / "logs").glob("*.log*"))
        ),
    )


def _engine(pid: int | None, live: EngineStatus | None) -> EngineLine:
    if live is None:
        return EngineLine(pid, None, None, None)
    return EngineLine(pid, live.at, live.uptime, live.health)


def _accounts(
    directory: Path, settings: Settings, bots: dict[str, BotState]
) -> tuple[AccountLine, ...]:
    """Return named accounts, then those of BOT_TOKENS, here or in the engine's environment."""
    records = list(list_accounts(directory))
    named = {str(record.number) for record in records} | {record.name for record in records}
    given = {bot.name: bot for bot in given_bots(settings)}
    for name in dict.fromkeys((*given, *bots)):
        if name not in named:
            problem = given[name].problem if name in given else None
            number = int(name) if name.isdecimal() else None
            records.append(AccountRecord(name, AccountKind.BOT, number, problem=problem))
    paused = PausedAccounts(directory).names()
    return tuple(
        _account(record, settings, bots.get(record.name), paused=record.name in paused)
        for record in records
    )


def _account(
    record: AccountRecord, settings: Settings, bot: BotState | None, *, paused: bool
) -> AccountLine:
    username, problem = record.username, record.problem
    if bot is not None:
        state = "paused" if bot.cause is Cause.PAUSED else bot.phase.value
        username, problem = bot.username or username, bot.problem
    elif paused:
        state = "paused"
    else:
        file = settings.sessions_directory / f"{record.name}.session"
        state = "logged_in" if has_login(file) else "logged_out"
    return AccountLine(record.name, record.kind, record.number, username, state, problem)
