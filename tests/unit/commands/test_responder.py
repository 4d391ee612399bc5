"""What a line from the control socket makes an engine do, and what is said where it makes none."""

import asyncio
from collections.abc import Mapping
from typing import Any, cast

import msgspec
import pytest

from engine.commands.control.protocol import (
    VERSION,
    CommandAnswer,
    CommandQuestion,
    Reason,
    encode_line,
)
from engine.commands.control.responder import Responder
from engine.commands.controls import Controls
from engine.commands.dispatcher import CommandDispatcher
from engine.commands.pause_bot import PauseBot
from engine.errors import GavatcoreError

PAUSE = b'{"version":1,"command":"accounts pause","arguments":{"name":"ada"},"wait":30}\n'


class Pauses:
    """Pauses bots, unless it is given an error."""

    def __init__(self) -> None:
        self.paused: list[str] = []
        self.error: Exception | None = None

    async def pause(self, name: str) -> None:
        if self.error is not None:
            raise self.error
        self.paused.append(name)


class Bench:
    """A responder, and what it had done."""

    def __init__(self, *, begun: bool = True) -> None:
        self.pauses = Pauses()
        self.noted: list[tuple[str, str, str]] = []
        self.reported: list[BaseException] = []
        self.dispatcher = CommandDispatcher()
        self.responder = Responder(self.dispatcher, self.reported.append)
        if begun:
            self.begin()

    def begin(self) -> None:
        empty: Any = None
        controls = Controls(empty, empty, empty, cast("Any", self.pauses), *[empty] * 4)
        self.dispatcher.begin(controls, self._note)

    async def _note(
        self, action: str, subject: str, _detail: Mapping[str, object], actor: str
    ) -> None:
        self.noted.append((actor, action, subject))

    async def answer(self, line: bytes) -> CommandAnswer:
        found = await self.responder.respond(line)
        assert found.count(b"\n") == 1
        return msgspec.json.decode(found, type=CommandAnswer)

    async def refusal(self, line: bytes) -> tuple[Reason, str]:
        answer = await self.answer(line)
        assert answer.refusal is not None
        return answer.refusal.reason, answer.refusal.sentence


async def test_a_command_is_carried_out_noted_and_answered() -> None:
    bench = Bench()
    answer = await bench.answer(PAUSE)
    assert (answer.version, bytes(answer.result), answer.refusal) == (VERSION, b'"ada"', None)
    assert bench.pauses.paused == ["ada"]
    assert bench.noted == [("cli", "pause_bot", "ada")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"\n", Reason.NOT_UNDERSTOOD),
        (b"\xff\xfe\x00\n", Reason.NOT_UNDERSTOOD),
        (b"GET / HTTP/1.1\r\n", Reason.NOT_UNDERSTOOD),
        (b"[" * 60_000 + b"\n", Reason.NOT_UNDERSTOOD),
        (b'{"version":1}\n', Reason.NOT_UNDERSTOOD),
        (b'{"version":2,"command":"status"}\n', Reason.OTHER_VERSION),
        (b'{"version":1,"command":"no such"}\n', Reason.UNKNOWN),
        (b'{"version":1,"command":"accounts add"}\n', Reason.UNKNOWN),  # the command line's own
        (b'{"version":1,"command":"accounts pause"}\n', Reason.NOT_UNDERSTOOD),
        (PAUSE.replace(b'"ada"', b"7"), Reason.NOT_UNDERSTOOD),
        (PAUSE.replace(b'"name"', b'"nme"'), Reason.NOT_UNDERSTOOD),
        (PAUSE.replace(b'{"name":"ada"}', b"[" * 50_000), Reason.NOT_UNDERSTOOD),
    ],
)
async def test_what_is_no_command_is_refused_in_a_sentence(line: bytes, reason: Reason) -> None:
    bench = Bench()
    found, sentence = await bench.refusal(line)
    assert found is reason
    assert sentence.endswith(".")
    assert (bench.pauses.paused, bench.noted, bench.reported) == ([], [], [])


async def test_the_argument_that_cannot_be_used_is_named() -> None:
    _reason, sentence = await Bench().refusal(PAUSE.replace(b'"ada"', b"7"))
    assert "accounts pause" in sentence
    assert "name must be text" in sentence


async def test_what_a_command_fails_with_is_told_and_not_noted() -> None:
    bench = Bench()
    bench.pauses.error = GavatcoreError("There is no bot called ada.")
    assert await bench.refusal(PAUSE) == (Reason.FAILED, "There is no bot called ada.")
    bench.pauses.error = KeyError("what a person wrote")
    reason, sentence = await bench.refusal(PAUSE)
    assert (reason, bench.reported) == (Reason.FAILED, [bench.pauses.error])
    assert "KeyError" in sentence
    assert "person" not in sentence
    assert bench.noted == []


async def test_a_command_waits_for_an_engine_that_starts_as_long_as_it_may() -> None:
    bench = Bench(begun=False)
    asked = asyncio.create_task(bench.answer(PAUSE))
    await asyncio.sleep(0)
    bench.begin()
    assert (await asked).refusal is None
    assert bench.pauses.paused == ["ada"]


async def test_a_command_that_may_not_wait_is_told_that_the_engine_starts() -> None:
    bench = Bench(begun=False)
    question = CommandQuestion(
        VERSION, "accounts pause", msgspec.Raw(msgspec.json.encode(PauseBot("a")))
    )
    assert (await bench.refusal(encode_line(question)))[0] is Reason.STARTING
    bench.begin()
    bench.dispatcher.end()
    assert (await bench.refusal(encode_line(question)))[0] is Reason.STARTING
    assert bench.pauses.paused == []
