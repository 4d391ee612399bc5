"""Tries what a person or a disk may do to files, environment and arguments, and judges the answer.

Refused is: a sentence, a status above 0, no traceback, within `PATIENCE` seconds.
"""

import contextlib
import io
import logging
import os
import random
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, cast

from typer.main import get_command

from engine.cli.app import app, main
from engine.errors import GavatcoreError
from tests.faults.fuzz_damage import DAMAGES
from tests.faults.fuzz_subjects import KEY, SUBJECTS, TOKEN, Call, Subject

PATIENCE = 15.0  # s

# Nothing here may name a place outside the scratch directory in which files could be made.
_README = Path(__file__).parents[2] / "README.md"
_VARIABLES = sorted(set(re.findall(r"`([A-Z][A-Z_]{4,})`", _README.read_text("utf-8"))))
_LIBRARIES = re.compile(
    r"Traceback|input should|Expected `|validation error|pydantic|msgspec", re.IGNORECASE
)

_ENV = "gavatcore.env"

_ODD = (
    "", " ", "x", "-1", "0", "1", "99999999999999999999", "9" * 5_000, "1e400", "nan", "inf", "yes",
    "maybe", "ş\u202e\u2028", "\udcff", "a" * 10_000, "[]", '{"a":1}', "/proc/1/x", "/dev/null",
    "/dev/zero", "~", "%s%n{}", "$(id)", "a\nb", "redis://", "redis://[::1", "postgresql://", "http://[",
    "localhost:", "localhost:99999", ":1", "23:30-7", "25-99", "Europe/Nowhere", "../../etc/passwd",
    "DEBUG", "debug", "\x1b[31m", "--", "-", "--help", "=", "12:short", f"{TOKEN},{TOKEN}",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one try ended; `fault` is None where all was well."""

    what: str
    refused: bool
    fault: str | None = None


class _HangError(BaseException):
    """Raised by the alarm, past everything that catches exceptions."""


class Fuzz:
    """Works on copies of a sound data directory; only on the main thread, because of the alarm."""

    def __init__(self, sound: Path, scratch: Path, seed: int) -> None:
        self._sound = sound
        self._scratch = scratch
        self._chance = random.Random(seed)
        self._number = 0

    def files(self, each: int = 1, share: float = 1.0) -> Iterator[Verdict]:
        """Damage to small files, with every command and call that reads them in turn.

        Every damage to every file `each` times, or a `share` of them that chance decides.
        """
        yield from self._damage_all([one for one in SUBJECTS if one.file != _ENV], each, share)

    def environment_file(self, each: int = 1, share: float = 1.0) -> Iterator[Verdict]:
        """As `files`, of the file of settings."""
        yield from self._damage_all([one for one in SUBJECTS if one.file == _ENV], each, share)

    def environment(self, tries: int) -> Iterator[Verdict]:
        """Odd values of variables, in the environment or in the file."""
        for _try in range(tries):
            names = self._chance.sample(_VARIABLES, self._chance.randint(1, 3))
            values = {name: self._chance.choice(_ODD) for name in names}
            if TOKEN in values.get("GAVATCORE_DATA_DIR", ""):  # the name of a folder is no secret
                values["GAVATCORE_DATA_DIR"] = "x"
            with self._directory() as directory:
                if self._chance.random() < 0.3:
                    lines = "".join(f"{name}={value}\n" for name, value in values.items())
                    file = directory / "gavatcore.env"
                    file.write_bytes(lines.encode(errors="surrogateescape"))
                    yield self._run(f"file {values!r}", ["accounts", "list"], directory)
                else:
                    yield self._run(f"{values!r}", ["accounts", "list"], directory, values)

    def arguments(self, tries: int) -> Iterator[Verdict]:
        """Commands with arguments that are missing, too many or odd."""
        commands = list(_commands())
        for _try in range(tries):
            words = list(self._chance.choice(commands))
            options = ("--data-dir", "--json", "--user", "--talk", "--config", "--nope", "--bots")
            words += self._chance.choices((*_ODD, *options), k=self._chance.randint(0, 3))
            with self._directory() as directory:
                yield self._run(shlex.join(words), words, directory, {})

    def processes(self, tries: int) -> Iterator[Verdict]:
        """Real engines, started over a damaged file; they stop at once where it does not matter."""
        kept = ("emergency.json", "control.sock", "backups/b.db.gz", "static_replies.toml")
        subjects = [subject for subject in SUBJECTS if subject.file not in kept]
        for _try in range(tries):
            subject, name = self._chance.choice(subjects), self._chance.choice(list(DAMAGES))
            with self._directory() as directory:
                self._damage(subject, name, directory)
                yield _engine(f"engine over {subject.file}: {name}", directory)

    def _damage_all(
        self, subjects: Sequence[Subject], each: int, share: float
    ) -> Iterator[Verdict]:
        for round_number in range(each):
            for subject in subjects:
                for name in DAMAGES:
                    if self._chance.random() < share:
                        yield self._damaged(subject, name, round_number)

    def _damaged(self, subject: Subject, name: str, round_number: int) -> Verdict:
        readers = (*subject.commands, *subject.calls)
        turn = round_number + list(DAMAGES).index(name)
        reader = cast("str | Call", readers[turn % len(readers)])
        with self._directory() as directory:
            self._damage(subject, name, directory)
            what = f"{subject.file}: {name}"
            if not isinstance(reader, str):
                return _call(what, partial(reader, directory))
            words = [_there(word, directory) for word in reader.split()]
            return self._run(f"{what}: {reader}", words, directory)

    def _damage(self, subject: Subject, name: str, directory: Path) -> None:
        file = directory / subject.file
        sound = file.read_bytes()
        file.unlink()
        DAMAGES[name](file, sound, self._chance)

    def _run(
        self,
        what: str,
        words: Sequence[str],
        directory: Path,
        variables: Mapping[str, str] | None = None,
    ) -> Verdict:
        home = {"HOME": str(directory), "XDG_DATA_HOME": str(directory / "share")}
        given = {"GAVATCORE_DATA_DIR": str(directory), **(variables or {}), **home}
        with _environment(given), contextlib.chdir(directory):
            return _command(what, words)

    @contextlib.contextmanager
    def _directory(self) -> Iterator[Path]:
        self._number += 1
        directory = self._scratch / str(self._number)
        shutil.copytree(self._sound, directory)
        directory.chmod(0o700)
        try:
            yield directory
        finally:
            shutil.rmtree(directory)


def _there(word: str, directory: Path) -> str:
    return str(directory / word) if "/" in word else word


def _commands() -> Iterator[tuple[str, ...]]:
    """Every command of `gavatcore` but `run`, which starts an engine."""
    root: Any = get_command(app)
    context = root.make_context("gavatcore", [], resilient_parsing=True)
    for name in root.list_commands(context):
        if name != "run":
            for below in getattr(root.get_command(context, name), "commands", {"": None}):
                yield tuple(word for word in (name, below) if word)


def _command(what: str, words: Sequence[str]) -> Verdict:
    out, err = io.StringIO(), io.StringIO()
    told = logging.StreamHandler(err)

    def run() -> int:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            before, sys.stdin = sys.stdin, io.StringIO()
            logging.getLogger().addHandler(told)
            try:
                return main(words)
            finally:
                sys.stdin = before
                logging.getLogger().removeHandler(told)

    status, fault = _bounded(run)
    if fault is not None:
        return Verdict(what, True, fault)
    return Verdict(what, status != 0, _judge(status or 0, out.getvalue(), err.getvalue()))


def _judge(status: int, out: str, err: str) -> str | None:
    """What is wrong with an answer."""
    said = out + err
    if found := _LIBRARIES.search(said):
        return f"says {found[0]!r}: {said[-300:]!r}"
    if KEY in said or TOKEN in said:
        return f"tells a secret: {said[-300:]!r}"
    if status and not said.strip():
        return f"status {status} without a word"
    if status == 2 and not any(line.startswith("gavatcore: ") for line in err.splitlines()):
        return f"status 2 without a sentence: {said[-300:]!r}"
    if status and len(said) > 20_000:
        return f"{len(said)} characters of answer"
    return None


def _call(what: str, call: Callable[[], object]) -> Verdict:
    refusal: list[str] = []

    def run() -> int:
        try:
            call()
        except GavatcoreError as error:
            refusal.append(str(error))
        return 0

    _status, fault = _bounded(run)
    if fault is None and refusal:
        fault = _judge(2, "", f"gavatcore: {refusal[0]}" if refusal[0] else "")
    return Verdict(what, bool(refusal or fault), fault)


def _bounded(run: Callable[[], int]) -> tuple[int | None, str | None]:
    """The status of `run`, or what is wrong with how it ended."""

    def hang(_number: int, _frame: FrameType | None) -> None:
        raise _HangError

    before = signal.signal(signal.SIGALRM, hang)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        return run(), None
    except _HangError:
        return None, f"hung for {PATIENCE:.0f} s"
    except SystemExit as error:
        return (error.code if isinstance(error.code, int) else 1), None
    except BaseException as error:  # noqa: BLE001 - it would be a traceback
        return None, f"traceback of {type(error).__name__}: {str(error)[:300]}"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _engine(what: str, directory: Path) -> Verdict:
    command = [sys.executable, "-m", "desktop", "run", "--exit-after", "0"]
    variables = {
        "GAVATCORE_DATA_DIR": str(directory),
        "ANNOUNCEMENTS_FILE": str(directory / "announcements.toml"),
        "TELEGRAM_SERVER": "127.0.0.1:9",
        "TELEGRAM_SERVER_KEY": str(directory / "server.pem"),
        "DISABLE_AI_MODELS": "yes",
    }
    try:
        ended = subprocess.run(
            command,
            env=os.environ | variables,
            cwd=Path(__file__).parents[2],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=3 * PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Verdict(what, True, "hung")
    out, err = ended.stdout.decode(errors="replace"), ended.stderr.decode(errors="replace")
    return Verdict(what, ended.returncode != 0, _judge(ended.returncode, out, err))


@contextlib.contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    for name in _VARIABLES:
        os.environ.pop(name, None)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
