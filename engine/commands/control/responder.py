"""Executes the command in a line from the control socket, and returns its result as a line."""

import asyncio
import dataclasses
from collections.abc import Callable

import msgspec

from engine.commands.control.protocol import (
    MOST_WAIT,
    VERSION,
    CommandAnswer,
    CommandQuestion,
    Reason,
    encode_line,
)
from engine.commands.control.protocol import refusal_line as refused
from engine.commands.dispatcher import CommandDispatcher, NotRunningError
from engine.commands.request import Request, implementation_of
from engine.commands.table import command_called
from engine.errors import GavatcoreError, described
from engine.files.validation import find_problems
from engine.language import _

ACTOR = "cli"  # in the audit log


class Responder:
    """Answers for one engine; `respond` raises only cancellations."""

    def __init__(
        self, dispatcher: CommandDispatcher, on_error: Callable[[BaseException], None]
    ) -> None:
        """Give unexpected errors to `on_error`."""
        self._dispatcher = dispatcher
        self._on_error = on_error

    async def respond(self, line: bytes) -> bytes:
        """Execute the command in a line; return the line that answers it."""
        try:
            question = msgspec.json.decode(line, type=CommandQuestion)
        except (ValueError, RecursionError):
            return refused(Reason.NOT_UNDERSTOOD, _("This is no command."))
        if question.version != VERSION:
            text = _("The engine is of another version of Gavatcore: start it again.")
            return refused(Reason.OTHER_VERSION, text)
        command = command_called(question.command)
        implementation = implementation_of(command) if command is not None else None
        if implementation is None:
            text = _("A running engine knows no such command.")
            return refused(Reason.UNKNOWN, text)
        try:
            request = _request(question.arguments, implementation.request)
        except (ValueError, RecursionError):
            return refused(Reason.NOT_UNDERSTOOD, _argument_fault(question, implementation.request))
        return await self._carried_out(request, question.wait)

    async def _carried_out(self, request: Request[object], wait: float) -> bytes:
        try:
            async with asyncio.timeout(min(max(wait, 0.0), MOST_WAIT)):
                await self._dispatcher.begun()
        except TimeoutError:
            return refused(Reason.STARTING, _("The engine is starting: try again in a moment."))
        try:
            result = await self._dispatcher.run(request, ACTOR)
        except NotRunningError as error:
            return refused(Reason.STOPPING, str(error))
        except (GavatcoreError, OSError) as error:
            return refused(Reason.FAILED, described(error))
        except Exception as error:  # noqa: BLE001 - the engine goes on, and it is reported
            self._on_error(error)
            text = _("That did not work ({error}). The log has the details.")
            return refused(Reason.FAILED, text.format(error=type(error).__name__))
        return encode_line(CommandAnswer(VERSION, msgspec.Raw(msgspec.json.encode(result))))


def _request(arguments: msgspec.Raw, kind: type[Request[object]]) -> Request[object]:
    """Return the request of type `kind` from its arguments; raises ValueError, RecursionError."""
    request = msgspec.json.decode(arguments, type=kind)
    known = {field.name for field in dataclasses.fields(kind)}
    if not known.issuperset(msgspec.json.decode(arguments)):
        raise ValueError("an argument that the command does not have")
    return request


def _argument_fault(question: CommandQuestion, kind: type[Request[object]]) -> str:
    """Return which argument cannot be used, and why."""
    text = _("The arguments of {command} cannot be used.").format(command=question.command)
    try:
        problems = find_problems(msgspec.json.decode(question.arguments), kind)
        return " ".join((text, *(f"{one.field} {one.what}." for one in problems)))
    except (ValueError, RecursionError):
        return text
