"""Pauses and resumes bots for a person, and reports the result in a sentence."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from desktop.event_loop.tasks import Tasks
from desktop.link import Link
from engine.commands.pause_bot import PauseBot
from engine.commands.resume_bot import ResumeBot
from engine.errors import GavatcoreError, described
from engine.language import _, ngettext, number
from engine.snapshot import EnginePhase


class BotCommands(QObject):
    """Runs one command at a time; usable while the attached engine runs."""

    done = Signal(str)  # a sentence
    failed = Signal(str)  # a sentence; with several bots, one may fail where others did not
    changed = Signal()  # a command has become possible or impossible

    def __init__(self, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._link: Link | None = None
        self._busy = False

    def attach(self, link: Link) -> None:
        """Send commands to this engine from now on."""
        self._link = link

    @property
    def is_ready(self) -> bool:
        """True if a command can be given now."""
        link = self._link
        if link is None or self._busy:
            return False
        return link.snapshot().phase is EnginePhase.RUNNING

    def pause(self, names: Sequence[str]) -> None:
        """Take these bots offline until they are resumed."""
        self._begin(names, PauseBot, _paused)

    def resume(self, names: Sequence[str]) -> None:
        """Let these bots run again."""
        self._begin(names, ResumeBot, _resumed)

    def _begin(
        self,
        names: Sequence[str],
        command: type[PauseBot | ResumeBot],
        say: Callable[[Sequence[str]], str],
    ) -> None:
        if names and self._link is not None and self.is_ready:
            self._set_busy(True)
            self._tasks.start(self._run(self._link, names, command, say), "bots")

    async def _run(
        self,
        link: Link,
        names: Sequence[str],
        command: type[PauseBot | ResumeBot],
        say: Callable[[Sequence[str]], str],
    ) -> None:
        done, problems = [], []
        try:
            for name in names:
                try:
                    await link.command(command(name))
                except (GavatcoreError, OSError) as error:
                    text = _("{bot}: {reason}")
                    problems.append(text.format(bot=name, reason=described(error)))
                else:
                    done.append(name)
        except Exception as error:
            text = _("That did not work ({error}). The log has the details.")
            problems.append(text.format(error=type(error).__name__))
            raise
        finally:
            self._set_busy(False)
            if problems:
                self.failed.emit(" ".join([*([say(done)] if done else []), *problems]))
            elif done:
                self.done.emit(say(done))

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.changed.emit()


def _paused(names: Sequence[str]) -> str:
    text = ngettext(
        "{bot} is paused: it answers nobody until it is resumed, also after a restart.",
        "{count} bots are paused: they answer nobody until they are resumed.",
        len(names),
    )
    return text.format(bot=names[0], count=number(len(names)))


def _resumed(names: Sequence[str]) -> str:
    text = ngettext("{bot} logs in again.", "{count} bots log in again.", len(names))
    return text.format(bot=names[0], count=number(len(names)))
