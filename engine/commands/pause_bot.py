"""Takes a bot offline until it is resumed."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.commands.request import Implementation, Request
from engine.language import _

if TYPE_CHECKING:
    from engine.commands.controls import Controls


@dataclass(frozen=True, slots=True)
class PauseBot(Request[str]):
    """Take a bot offline until it is resumed, even after a restart; `name` is its account's."""

    name: str


async def run(controls: "Controls", request: PauseBot) -> str:
    """Disconnect it, and return its name; raises AccountError if there is no such bot."""
    await controls.pauses.pause(request.name)
    return request.name


def said(name: str) -> str:
    """Say that it is paused."""
    return _("{name} is paused.").format(name=name)


IMPLEMENTATION = Implementation(PauseBot, str, run, said, subject=lambda request: request.name)
