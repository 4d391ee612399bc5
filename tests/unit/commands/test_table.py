"""The table of commands: all of it is carried out somewhere, and said the same everywhere."""

import dataclasses
import inspect
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from engine.cli import sent
from engine.cli.app import app
from engine.cli.reference import reference
from engine.commands.command import Command, Needs
from engine.commands.reload import Reload
from engine.commands.request import Request, command_of, implementation_of
from engine.commands.table import COMMANDS, GROUPS, command_called, first_words

NAMES = [command.name for command in COMMANDS]
IN_ENGINES = [command for command in COMMANDS if command.module is not None]


def test_every_command_has_a_name_of_its_own_and_a_sentence() -> None:
    assert len(set(NAMES)) == len(NAMES)
    for command in COMMANDS:
        assert command.sentence.partition("\n")[0].endswith(".")
        assert command.group in {None, *GROUPS}


@pytest.mark.parametrize("name", NAMES)
def test_every_command_is_one_of_the_command_line(name: str) -> None:
    shown = CliRunner().invoke(app, [*name.split(), "--help"])
    assert shown.exit_code == 0
    command = command_called(name)
    assert command is not None
    words = " ".join(command.sentence.split())
    assert words in " ".join(shown.output.split())


def test_the_command_line_has_no_command_that_the_table_lacks() -> None:
    root = typer.main.get_command(app)
    found = []
    for word, _sentence in first_words():
        one = root.get_command(typer.Context(root), word)  # type: ignore[attr-defined]  # typer's
        inner = getattr(one, "commands", None)
        found += [word] if inner is None else [f"{word} {name}" for name in inner]
    assert sorted(found) == sorted(NAMES)


@pytest.mark.parametrize("command", IN_ENGINES, ids=lambda command: command.name)
def test_what_an_engine_carries_out_is_found_by_its_request(command: Command) -> None:
    implementation = implementation_of(command)
    assert implementation is not None
    assert implementation.request.__module__ == command.module
    assert issubclass(implementation.request, Request)
    assert inspect.iscoroutinefunction(implementation.run)


def test_a_request_knows_its_command_by_words_and_by_an_address() -> None:
    assert command_of(Reload()) is command_called("reload")
    assert command_called("emergency.on") is command_called("emergency on") is not None
    assert command_called("no such") is None


def test_an_engine_s_command_becomes_one_of_the_command_line_with_its_arguments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Request[object]] = []

    def ask(_directory: Path, request: Request[object]) -> object:
        asked.append(request)
        return "ada"

    monkeypatch.setattr(sent, "require_engine", ask)
    pause = command_called("accounts pause")
    assert pause is not None
    one = typer.Typer()
    one.command()(sent.sent_command(dataclasses.replace(pause, needs=Needs.RUNNING)))
    run = CliRunner().invoke
    place = f"--data-dir={tmp_path}"
    assert run(one, [place]).exit_code == 2  # the name is missing
    assert run(one, ["ada", place]).output == "ada is paused.\n"
    assert run(one, ["ada", "--json", place]).output == '"ada"\n'
    assert [request.name for request in asked] == ["ada", "ada"]  # type: ignore[attr-defined]


def test_a_command_that_only_asks_the_engine_imports_neither_telegram_nor_a_database() -> None:
    code = (
        "import sys, engine.cli.sent, engine.commands.status\n"
        "heavy = 'telethon sqlalchemy cryptography psutil aiohttp redis PySide6'.split()\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_page_of_commands_says_what_the_table_says() -> None:
    page = Path(__file__).parents[3] / "docs" / "commands.md"
    assert page.read_text(encoding="utf-8") == reference(), "run script/commands-reference"
