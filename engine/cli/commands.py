"""All commands of `gavatcore`, and the module of each: only what is asked for is imported."""

import shutil
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from engine.language import _, spoken


@dataclass(frozen=True, slots=True)
class Entry:
    """One command or group of them; `module` has the typer application `app`."""

    name: str
    sentence: str  # marked for translation
    module: str


ENTRIES = (
    Entry("run", spoken("Run the engine without a window."), "engine.cli.run"),
    Entry("report", spoken("Show what there is and how it does."), "engine.cli.report"),
    Entry("accounts", spoken("The accounts Gavatcore runs."), "engine.cli.accounts"),
    Entry("providers", spoken("The providers of language models."), "engine.cli.providers"),
    Entry("personas", spoken("The characters bots speak as."), "engine.cli.personas"),
    Entry(
        "announcements",
        spoken("Which chats get announcements, and which group talk."),
        "engine.cli.announcements",
    ),
    Entry("sessions", spoken("The session files."), "engine.cli.sessions"),
    Entry("db", spoken("Look after the database."), "engine.cli.database"),
    Entry("cache", spoken("Look after the caches."), "engine.cli.caches"),
    Entry("settings", spoken("Show every setting and its value."), "engine.cli.settings"),
)

# What typer does for shells; they begin with a dash, but are no options of the window.
OF_SHELLS = ("--install-completion", "--show-completion")
COMPLETION = "_GAVATCORE_COMPLETE"  # set by a shell that wants to know how to go on


def command_list() -> str:
    """Every command with its sentence, as help shows it."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    width = min(shutil.get_terminal_size().columns, 100)
    longest = max(len(entry.name) for entry in ENTRIES)
    for entry in ENTRIES:
        yield textwrap.fill(
            _(entry.sentence),
            max(width, longest + 24),
            initial_indent=f"  {entry.name:{longest}}  ",
            subsequent_indent=" " * (longest + 4),
        )
