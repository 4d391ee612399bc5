"""`gavatcore personas`: a bot is given a persona, and only one that is there."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from engine.accounts.account_record import AccountError
from engine.accounts.bot_personas import BotPersonas
from engine.bots.persona_assignment import PersonaAssignment
from engine.cli.commands.personas import app as commands
from engine.replies.personas.persona_file import SHIPPED, PersonaError, load_personas

BOT = "123456789"


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GAVATCORE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("BOT_TOKENS", f"{BOT}:{'A' * 30}")
    monkeypatch.setenv("OS_KEYRING", "false")
    return tmp_path


def _run(*arguments: str) -> str:
    result = CliRunner().invoke(commands, arguments)
    if result.exception is not None:
        raise result.exception
    return result.output


def test_a_bot_speaks_as_the_persona_it_was_given_and_the_others_as_the_default_one(
    directory: Path,
) -> None:
    _run("choose", BOT, "cafe_host")
    personas = load_personas((SHIPPED,))
    assignment = PersonaAssignment(personas, BotPersonas(directory).all(), None)
    assert assignment.of(BOT) is personas.get("cafe_host")
    assert assignment.of("another") is personas.get(None)
    assert list(assignment.announcements()) == [BOT]
    line = next(line for line in _run("list").splitlines() if line.startswith("cafe_host"))
    assert line.endswith(BOT)
    _run("reset", BOT)
    assert BotPersonas(directory).all() == {}


def test_neither_an_unknown_bot_nor_an_unknown_persona_is_accepted(directory: Path) -> None:
    with pytest.raises(AccountError, match="no account called nobody"):
        _run("choose", "nobody", "cafe_host")
    with pytest.raises(PersonaError, match="no persona nope"):
        _run("choose", BOT, "nope")
    assert BotPersonas(directory).all() == {}


def test_a_persona_that_has_gone_is_the_problem_of_its_bot_alone() -> None:
    assignment = PersonaAssignment(load_personas((SHIPPED,)), {BOT: "gone"}, None)
    assert list(assignment.problems) == [BOT]
    assert "There is no persona gone" in assignment.problems[BOT]
