"""Implements `gavatcore report`: everything and its state, as tables for people or as JSON."""

import sys
from collections.abc import Iterable
from typing import Annotated

import msgspec
import typer

from engine.cli.data_directory import DataDirectory
from engine.cli.implements import implements
from engine.cli.report.system_report import SystemReport, make_report
from engine.cli.workplace import open_settings, print_table
from engine.files.file_lock import Holder
from engine.language import _, number
from engine.storage.database.statistics import DatabaseStatistics
from engine.wording.codes import code_word
from engine.wording.formatting import clock_time
from engine.wording.outcomes import skip_word

_MIB = 1 << 20

app = typer.Typer()


@implements(app, "report")
def report(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    data_dir: DataDirectory = None,
) -> None:
    found = make_report(*open_settings(data_dir))
    if as_json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n")
        return
    typer.echo(_engine(found))
    if found.engine is not None:
        _print(_("Alerts"), _alerts(found))
        _print(_("Messages without an answer"), _unanswered(found))
    _print(_("Accounts"), _accounts(found))
    _print(_("Sessions"), _sessions(found))
    if found.engine is not None:
        _print(_("Caches"), _caches(found))
    if found.database is not None:
        _print(_("Database"), database_table(found.database))
    _print(_("Python processes"), _processes(found))
    _print(_("Log files"), _logs(found))


def _print(title: str, rows: Iterable[tuple[str, ...]]) -> None:
    """Print a table whose first row is its head."""
    table = list(rows)
    typer.echo()
    if len(table) > 1:
        typer.echo(title)
        print_table([tuple("  " * (n == 0) + cell for n, cell in enumerate(row)) for row in table])
    else:
        typer.echo(_("{title}: none").format(title=title))


def _engine(found: SystemReport) -> str:
    engine = found.engine
    if engine is None:
        return _("No engine runs on {directory}: this is what lies there.").format(
            directory=found.directory
        )
    if engine.seen_at is None or engine.uptime is None or engine.health is None:
        return _("An engine (process {pid}) holds {directory} and is starting or stopping.").format(
            pid=engine.pid or "?", directory=found.directory
        )
    return _(
        "An engine (process {pid}) has run on {directory} for {minutes:.0f} min: {health}, "
        "as of {ago:.0f} s ago."
    ).format(
        pid=engine.pid or "?",
        directory=found.directory,
        minutes=engine.uptime / 60,
        health=code_word(engine.health.value),
        ago=max(found.at - engine.seen_at, 0),
    )


def _alerts(found: SystemReport) -> Iterable[tuple[str, ...]]:
    yield _("Since"), _("Until"), _("Alert")
    for one in found.alerts:
        since = clock_time(one.since, now=found.at)
        until = clock_time(one.cleared_at, now=found.at) if one.cleared_at else _("now")
        yield since, until, one.sentence


def _unanswered(found: SystemReport) -> Iterable[tuple[str, ...]]:
    yield _("Reason"), _("Messages")
    ordered = sorted(found.unanswered.items(), key=lambda item: (-item[1], item[0]))
    for reason, count in ordered:
        yield skip_word(reason), number(count)


def _accounts(found: SystemReport) -> Iterable[tuple[str, ...]]:
    yield _("Name"), _("Kind"), _("Number"), _("Username"), _("State"), _("Problem")
    for one in found.accounts:
        digits = str(one.number or "")
        kind, state = code_word(one.kind.value), code_word(one.state)
        yield one.name, kind, digits, one.username or "", state, one.problem or ""


def _sessions(found: SystemReport) -> Iterable[tuple[str, ...]]:
    yield _("Session"), _("Held by"), _("Login"), _("Journal")
    for one in found.sessions:
        sealed = _("encrypted") if one.sealed else _("not encrypted")
        login = sealed if one.has_login else _("none")
        age = "" if one.left_behind is None else _("{n:.0f} s old").format(n=one.left_behind)
        yield one.name, _holder(one.holder), login, age


def _holder(holder: Holder | None) -> str:
    return str(holder) if holder else _("not in use")


def _caches(found: SystemReport) -> Iterable[tuple[str, ...]]:
    yield _("Cache"), _("Entries"), _("Hits"), _("Misses"), _("Hit ratio, last minute")
    for one in found.caches:
        ratio = _("nobody asked") if one.hit_ratio is None else _percent(one.hit_ratio)
        yield one.name, number(one.entries), number(one.hits), number(one.misses), ratio


def database_table(one: DatabaseStatistics) -> Iterable[tuple[str, ...]]:
    """Yield the statistics under their names; times are over the last minute."""
    yield (
        _("Database"), _("State"), _("Open"), _("In use"), _("Waiting"), _("Queries"), _("Slow"),
        _("Failed"), _("p50 ms"), _("p99 ms"), _("Commits"), _("Rows"),
    )  # fmt: skip
    pool = one.connections
    yield (
        one.backend, code_word(one.status.value),
        _("{count} of {most}").format(count=pool.open, most=pool.size),
        str(pool.in_use), str(pool.waiting), number(one.total_queries), number(one.slow_queries),
        number(one.failed_queries), _milliseconds(one.query_p50_ms),
        _milliseconds(one.query_p99_ms), number(one.commits), number(one.rows_written),
    )  # fmt: skip


def _percent(ratio: float) -> str:
    return _("{number}%").format(number=number(ratio * 100))


def _milliseconds(value: float | None) -> str:
    return "" if value is None else number(value, 1)


def _processes(found: SystemReport) -> Iterable[tuple[str, ...]]:
    yield _("Process"), _("MiB"), _("Command")
    for one in found.processes:
        yield str(one.pid), "" if one.rss is None else number(one.rss / _MIB, 1), one.command


def _logs(found: SystemReport) -> Iterable[tuple[str, ...]]:
    yield _("File"), _("KiB")
    for one in found.logs:
        yield one.file, number(one.bytes / 1024, 1)
