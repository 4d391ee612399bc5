"""What is read again when a person or a command changed it, and what becomes of what cannot be."""

import asyncio
import logging

import pytest

from engine.assembly.reloading import Apply, Reloading
from engine.commands.parts import Part
from engine.errors import GavatcoreError
from engine.storage.database.errors import StorageUnavailableError
from tests.support.clock import ManualClock


class Engine:
    """Goes by its parts, unless it is given an error."""

    def __init__(self) -> None:
        self.read: list[Part] = []
        self.errors: dict[Part, Exception] = {}
        self.reported: list[BaseException] = []
        self.clock = ManualClock()
        self.again = asyncio.Event()
        appliers = {part: self._applier(part) for part in Part}
        self.reloading = Reloading(appliers, self.clock, self.reported.append)

    def _applier(self, part: Part) -> Apply:
        async def apply() -> None:
            self.read.append(part)
            self.again.set()
            if part in self.errors:
                raise self.errors[part]

        return apply

    async def time_passes(self) -> None:
        """Until what was in trouble is read once more."""
        self.again.clear()
        while self.clock.next_wake is None:
            await asyncio.sleep(0)
        self.clock.advance(2.0)
        await self.again.wait()


async def test_what_is_asked_for_is_read_in_its_order_and_nothing_else() -> None:
    engine = Engine()
    await engine.reloading.reload((Part.PROVIDERS, Part.ACCOUNTS))
    assert engine.read == [Part.ACCOUNTS, Part.PROVIDERS]


async def test_what_cannot_be_understood_is_told_and_keeps_no_other_part_from_being_read(
    caplog: pytest.LogCaptureFixture,
) -> None:
    engine = Engine()
    engine.errors[Part.PERSONAS] = GavatcoreError("Line 3 is odd.")
    for _time in range(2):
        with pytest.raises(GavatcoreError, match=r"^Line 3 is odd\.$"):
            await engine.reloading.reload(tuple(Part))
    assert engine.read == [*Part, *Part]
    assert caplog.messages == ["all stays as it was: Line 3 is odd."]


async def test_an_error_nobody_expected_is_reported_and_told_without_its_words() -> None:
    engine = Engine()
    engine.errors[Part.ACCOUNTS] = ValueError("a secret")
    with pytest.raises(GavatcoreError, match="ValueError") as caught:
        await engine.reloading.reload((Part.ACCOUNTS, Part.PAUSES))
    assert "secret" not in str(caught.value)
    assert engine.reported == [engine.errors[Part.ACCOUNTS]]
    assert engine.read == [Part.ACCOUNTS, Part.PAUSES]


@pytest.mark.parametrize("error", [StorageUnavailableError("It is away."), OSError(5, "I/O")])
async def test_what_a_disk_or_a_database_was_in_the_way_of_is_tried_again_by_itself(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    engine = Engine()
    caplog.set_level(logging.WARNING)
    engine.errors[Part.ACCOUNTS] = error
    running = asyncio.create_task(engine.reloading.run())
    with pytest.raises(GavatcoreError, match=r"[a-zO]\. It is tried again by itself\.$"):
        await engine.reloading.reload((Part.ACCOUNTS, Part.PAUSES))
    for times in range(2, 4):
        await engine.time_passes()
        assert engine.read == [Part.ACCOUNTS, Part.PAUSES, *[Part.ACCOUNTS] * (times - 1)]
    engine.errors.clear()
    await engine.time_passes()
    for _turn in range(20):
        await asyncio.sleep(0)
    assert engine.clock.next_wake is None  # nothing is left to wake up for
    assert len(caplog.messages) == 1
    running.cancel()


async def test_a_file_that_two_parts_read_is_complained_about_once() -> None:
    engine = Engine()
    engine.errors = {part: GavatcoreError("It is torn.") for part in (Part.ACCOUNTS, Part.PAUSES)}
    with pytest.raises(GavatcoreError, match=r"^It is torn\.$"):
        await engine.reloading.reload(tuple(Part))
