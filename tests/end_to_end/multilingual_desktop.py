"""`gavatcore` whose person chooses the language named by CHOOSE, if any, once the engine is up.

Prints the state that the window's head says, before and after, and quits.
"""

import asyncio
import os
import sys

import desktop.app
from desktop.__main__ import main
from desktop.app import Desktop
from engine.snapshot import EnginePhase
from tests.support.waiting import until


class MultilingualDesktop(Desktop):
    async def run(self) -> int:
        person = asyncio.create_task(self._choose())
        status = await super().run()
        await person
        return status

    async def _choose(self) -> None:
        await until(self._is_up, "the engine")
        self._say()
        for action in self._actions.languages.actions():
            if action.data() == os.environ.get("CHOOSE"):
                action.trigger()
                self._say()
        self._actions.quit.trigger()

    def _is_up(self) -> bool:
        engine = self._engine
        return engine is not None and engine.snapshot().phase is EnginePhase.RUNNING

    def _say(self) -> None:
        self._window.refresh()
        sys.stdout.write(f"{self._window.header.text}\n")


if __name__ == "__main__":
    desktop.app.Desktop = MultilingualDesktop  # type: ignore[misc]  # the one it starts
    sys.exit(main(sys.argv[1:]))
