"""Lets a paused or refused bot run again."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.commands.request import Implementation, Request
from engine.language import _

if TYPE_CHECKING:
    from engine.commands.controls import Controls


@dataclass(frozen=True, slots=True)
class ResumeBot(Request[str]):
    """Let a paused or refused bot run again; `name` is its account's."""

    name: str


async def run(controls: "Controls", request: ResumeBot) -> str:
    """Begin it again, and return its name; raises AccountError if there is no such bot."""
    await controls.pauses.resume(request.name)
    return request.name


def said(name: str) -> str:
    """Say that it may run."""
    return _("{name} may run again.").format(name=name)


IMPLEMENTATION = Implementation(ResumeBot, str, run, said, subject=lambda request: request.name)
