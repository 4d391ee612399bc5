"""Executes commands while the engine runs, and records them if the table says so."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar, cast

from engine.commands.controls import Controls
from engine.commands.request import Request, command_of, implementation_of
from engine.errors import GavatcoreError
from engine.language import _

Result = TypeVar("Result")
Note = Callable[[str, str, Mapping[str, object], str], Awaitable[None]]
"""Takes an action, its subject, details and the actor, for the audit log."""


class NotRunningError(GavatcoreError):
    """Raised when the engine is stopped, or has not started yet."""


class CommandDispatcher:
    """Takes commands between `begin` and `end`, which may be repeated."""

    def __init__(self) -> None:
        self._controls: Controls | None = None
        self._note: Note
        self._begun = asyncio.Event()

    def begin(self, controls: Controls, note: Note) -> None:
        """Execute commands from now on; `note` writes the audit entries."""
        self._controls, self._note = controls, note
        self._begun.set()

    def end(self) -> None:
        """Take no more commands; those under way continue."""
        self._controls = None
        self._begun.clear()

    async def begun(self) -> None:
        """Wait until commands are taken."""
        await self._begun.wait()

    async def run(self, request: Request[Result], actor: str) -> Result:
        """Execute a command for `actor` (operator, cli), and record it.

        Raises NotRunningError, or the command's own GavatcoreError or OSError.
        """
        if self._controls is None:
            raise NotRunningError(_("The engine is not running."))
        command, note = command_of(request), self._note
        implementation = implementation_of(command)
        assert implementation is not None  # noqa: S101 - or there were no such request
        result: Any = await implementation.run(self._controls, request)
        if command.audit is not None:
            subject, detail = implementation.subject(request), implementation.detail(result)
            await note(command.audit, subject, detail, actor)
        return cast("Result", result)
