"""What the command line takes, shows and refuses, for the desktop and for every command."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.options import parse_options
from engine.cli.app import main
from engine.cli.commands import run as run_module
from engine.cli.wanted import Headless
from engine.commands.table import GROUPS, first_words
from engine.errors import SettingsError
from engine.language import use_language

WORDS = [word for word, _sentence in first_words()]


@pytest.fixture
def turkish(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LANGUAGE", "tr")
    use_language()
    yield
    monkeypatch.undo()
    use_language()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Headless]:
    """What `gavatcore run` would have run."""
    runs: list[Headless] = []

    async def note(wanted: Headless) -> None:
        runs.append(wanted)

    monkeypatch.setattr(run_module, "run_headless", note)
    return runs


def product(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        (sys.executable, "-m", "desktop", *arguments),
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_an_option_that_is_left_out_overrides_nothing(asked: list[Headless]) -> None:
    assert main(["run"]) == 0
    assert set(asked[0].overrides.values()) == {None}
    assert (asked[0].data_directory, asked[0].demo_bots) == (None, None)


def test_an_option_is_understood_in_capitals_and_small_letters(asked: list[Headless]) -> None:
    assert main(["run", "--config=Production", "--log-level=Debug"]) == 0
    assert asked[0].overrides == {"OPTIMIZATION_MODE": "production", "LOG_LEVEL": "DEBUG"}


@pytest.mark.parametrize(
    "arguments", [["run", "--bots=9"], ["db", "migrate", "--down"]], ids=" ".join
)
def test_an_option_without_effect_is_refused(
    arguments: list[str], asked: list[Headless], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert asked == []


def test_the_number_of_bots_without_a_demo_is_refused_for_the_window_too() -> None:
    with pytest.raises(SettingsError, match="add --demo"):
        parse_options(["--bots=9"])
    assert parse_options(["--demo"]).bots == 20


@pytest.mark.parametrize("named", [["--data-dir="], ["--data-dir", " "]], ids=repr)
def test_an_empty_data_directory_is_not_the_working_directory(
    named: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    tmp_path.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    assert main(["accounts", "list", *named]) == 2
    assert capsys.readouterr().err == "gavatcore: --data-dir needs a value.\n"
    with pytest.raises(SettingsError, match="needs a value"):
        parse_options(named)
    assert list(tmp_path.iterdir()) == []
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_options_before_a_command_are_said_to_come_behind_it() -> None:
    with pytest.raises(SettingsError, match="gavatcore accounts …"):
        parse_options(["--data-dir=x", "accounts", "list"])
    with pytest.raises(SettingsError, match=r"Unrecognized arguments: acc\."):
        parse_options(["acc"])
    assert parse_options(["--data-dir", "accounts"]).data_dir == Path("accounts")


@pytest.mark.parametrize("place", ["missing/report.json", "a-folder"])
def test_a_report_that_cannot_be_written_is_refused_at_the_start(
    tmp_path: Path, place: str, asked: list[Headless], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a-folder").mkdir()
    assert main(["run", f"--report={tmp_path / place}"]) == 2
    assert str(tmp_path) in capsys.readouterr().err
    assert asked == []
    with pytest.raises(SettingsError):
        parse_options([f"--report={tmp_path / place}"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["acounts"], "There is no command acounts. Is accounts meant?"),
        (["accounts", "lgin"], "There is no command lgin. Is login meant?"),
        (["run", "--data-dr=x"], "There is no option --data-dr. Is --data-dir meant?"),
        (["run", "--data-dir"], "--data-dir needs a value."),
        (["run", "--demo=3"], "--demo takes no value."),
        (["run", "--bots=0"], "--bots cannot be used: it must be a number from 1 to 500."),
        (["run", "--exit-after=x"], "--exit-after cannot be used: it must be a number, 0 or more."),
        (["run", "more", "words"], "This is too much: more words."),
        (["accounts", "login"], "name is missing."),
        (["db", "check", "/nowhere/b.gz"], "file cannot be used: /nowhere/b.gz does not exist."),
        (["db", "restore", "/"], "file cannot be used: / is a folder."),
    ],
)
def test_what_is_wrong_with_a_command_line_is_one_sentence_of_ours(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err == f"gavatcore: {sentence}\n"


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_without_a_command_shows_its_help(
    group: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([group]) == 0
    shown = capsys.readouterr()
    assert f"Usage: gavatcore {group} [OPTIONS] COMMAND" in shown.out
    assert shown.err == ""


@pytest.mark.usefixtures("turkish")
@pytest.mark.parametrize("command", WORDS)
def test_help_is_in_the_language_of_the_terminal(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"Kullanım: gavatcore {command}")
    for english in ("Usage", "Options", "Commands", "Show ", "Where ", "message and exit"):
        assert english not in shown


def test_the_help_of_the_program_lists_every_command_without_importing_any() -> None:
    program = (
        "import sys; from desktop.__main__ import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = ('PySide6', 'typer', 'telethon', 'msgspec')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    shown, _newline, imported = done.stdout.rstrip("\n").rpartition("\n")
    assert all(f"\n  {word} " in shown for word in WORDS)
    assert imported == "[]"


def test_the_window_s_help_is_in_the_language_of_the_terminal() -> None:
    shown = product("--help", LANGUAGE="tr").stdout
    assert shown.startswith("kullanım: gavatcore")
    assert "show this help" not in shown
    assert "Run the engine" not in shown


def test_the_version_is_told() -> None:
    done = product("--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("gavatcore 0.")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("gavatcore per", {"personas"}),
        ("gavatcore accounts pau", {"pause"}),
        ("gavatcore run --lo", {"--log-level"}),
        ("gavatcore run --config pro", {"production"}),
    ],
)
def test_a_shell_completes_commands_options_and_their_words(words: str, expected: set[str]) -> None:
    done = product(
        _GAVATCORE_COMPLETE="complete_bash", COMP_WORDS=words, COMP_CWORD=str(words.count(" "))
    )
    assert set(done.stdout.split()) == expected


def test_what_a_shell_needs_for_completing_is_shown() -> None:
    undetected = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    done = product("--show-completion", "bash", **undetected)
    assert (done.returncode, done.stderr) == (0, "")
    assert "_GAVATCORE_COMPLETE=complete_bash" in done.stdout


@pytest.mark.parametrize("directory", ["~no-such-person/data", "/tmp/\udcff"])
def test_a_data_directory_that_no_path_leads_to_is_one_sentence(
    directory: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["report", f"--data-dir={directory}"]) == 2
    monkeypatch.setenv("GAVATCORE_DATA_DIR", directory)
    assert main(["report"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.count("There can be no data directory") == shown.err.count("\n") == 2


def test_a_terminal_that_knows_few_letters_is_no_reason_to_fail(tmp_path: Path) -> None:
    done = subprocess.run(
        (sys.executable, "-m", "desktop", "report", f"--data-dir={tmp_path}"),
        env=os.environ | {"LANGUAGE": "tr", "PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        encoding="latin-1",
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "\\u0131" in done.stdout  # ı


def test_the_settings_are_listed_with_their_values_but_for_secrets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "gavatcore.env").write_text("OPENAI_API_KEY=hunter2\nLOG_LEVEL=debug\nPERSON=x\n")
    assert main(["settings", f"--data-dir={tmp_path}"]) == 0
    shown = capsys.readouterr()
    lines = {line.split()[0]: line for line in shown.out.splitlines()}
    assert "DEBUG" in lines["LOG_LEVEL"]
    assert "set, not shown" in lines["OPENAI_API_KEY"]
    assert "hunter2" not in shown.out + shown.err
    assert "Is PERSONA meant?" in shown.err
