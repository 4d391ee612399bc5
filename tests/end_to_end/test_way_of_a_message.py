"""The way of a message is the one that docs/architecture.md lists, and no longer."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NamedTuple

import engine
import resources
from engine.bots.messages import chat_queues
from engine.bots.messages.ended import MessageEnded
from engine.simulator.client import LocalTelegram
from engine.storage.messages.message import IncomingMessage, OutgoingMessage
from tests.support.engines import all_online, running_engine, until_fleet
from tests.support.people_talking import ask
from tests.support.waiting import until

_DOCUMENT = Path(resources.__file__).parent.parent / "docs" / "architecture.md"
_ENGINE = Path(engine.__file__).parent
_HOP = re.compile(r"^\d+\. `([\w/]+)\.py` `([\w.]+)`:", re.MULTILINE)


class Hop(NamedTuple):
    """A function of ours that a message passes."""

    name: str
    code: CodeType


def listed() -> list[Hop]:
    """The hops of the document, in order."""
    found = []
    for file, name in _HOP.findall(_DOCUMENT.read_text("utf-8")):
        function: Any = import_module("engine." + file.replace("/", "."))
        for part in name.split("."):
            function = getattr(function, part)
        found.append(Hop(name, function.__code__))
    return found


class Walk:
    """Which hops were taken, in the order of the first call, and what was handed to them.

    `passed` are the files of the engine through which the calls led from one hop to the next.
    """

    def __init__(self, hops: list[Hop]) -> None:
        self._names = {hop.code: hop.name for hop in hops}
        self.taken: dict[str, list[Any]] = {}
        self.passed: set[str] = set()

    def see(self, frame: FrameType, event: str, _argument: object) -> None:
        name = self._names.get(frame.f_code)
        if name is not None and event == "call" and name not in self.taken:
            self.taken[name] = list(frame.f_locals.values())
            self.passed.update(callers(frame))

    def handed(self, kind: type[Any]) -> list[Any]:
        """Every message of that type among the arguments, alone or the only one of a batch."""
        given = [value for values in self.taken.values() for value in values]
        flat = [one[0] if isinstance(one, list | tuple) and len(one) == 1 else one for one in given]
        return [one for one in flat if isinstance(one, kind)]


def callers(frame: FrameType | None) -> Iterator[str]:
    """Yield the file of each function of the engine that is under way."""
    while frame is not None:
        if _ENGINE in Path(frame.f_code.co_filename).parents:
            yield frame.f_code.co_filename
        frame = frame.f_back


@contextmanager
def watched(hops: list[Hop]) -> Iterator[Walk]:
    """Watch the calls in this thread, which is the engine's loop's."""
    walk = Walk(hops)
    before = sys.getprofile()
    sys.setprofile(walk.see)
    try:
        yield walk
    finally:
        sys.setprofile(before)


async def test_a_message_takes_the_ten_hops_of_the_document_and_never_changes_its_name(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    hops = listed()
    assert 5 < len(hops) <= 10
    bot, ada = await telegram.add_bot("Anna"), await telegram.add_person("Ada")
    ended: list[MessageEnded] = []
    async with running_engine(telegram, [bot], tmp_path) as running:
        running.subscribe(MessageEnded, ended.append)
        await until_fleet(running, all_online)
        with watched(hops) as walk:
            await ask(telegram, ada, bot, "hello")
            await until(lambda: bool(ended), "the end of the message")
    assert list(walk.taken) == [hop.name for hop in hops]
    # Between two hops lies no file that the document does not name.
    assert walk.passed == {hop.code.co_filename for hop in hops} | {chat_queues.__file__}
    came, gone = walk.handed(IncomingMessage), walk.handed(OutgoingMessage)
    assert len(came) >= 4  # received, stored, judged, worded
    assert len({id(one) for one in came}) == 1
    assert len(gone) >= 2  # planned, sent
    assert len({id(one) for one in gone}) == 1
    assert (came[0].text, gone[0].reply_to) == ("hello", came[0].message)
    assert [(one.skipped, one.person) for one in ended] == [(None, ada.id)]
