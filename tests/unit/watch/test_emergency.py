"""Emergency mode and its gates."""

from pathlib import Path

import pytest

from engine.bus import Bus
from engine.gates import Gate, Gates
from engine.watch.emergency import EmergencySwitch
from engine.watch.emergency_record import FILE_NAME, EmergencyRecord
from engine.watch.emergency_state import EmergencyCause, EmergencyChanged
from tests.support.clock import ManualClock


def fail(error: Exception) -> None:
    raise error


class Fixture:
    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.reported: list[BaseException] = []
        self.gates = Gates()
        self.clock = ManualClock()
        self.events: list[EmergencyChanged] = []
        bus = Bus(on_error=fail)
        bus.subscribe(EmergencyChanged, self.events.append)
        self.emergency = self.made(bus)

    def made(self, bus: Bus) -> EmergencySwitch:
        record = EmergencyRecord(self.directory)
        return EmergencySwitch(self.gates, bus, self.clock, record, self.reported.append)


@pytest.fixture
def fixture(tmp_path: Path) -> Fixture:
    return Fixture(tmp_path)


def test_entering_closes_everything_that_can_be_spared(fixture: Fixture) -> None:
    fixture.emergency.enter(EmergencyCause.OPERATOR)
    state = fixture.emergency.state
    assert state is not None
    assert state.cause is EmergencyCause.OPERATOR
    assert state.since == fixture.clock.now()
    assert set(state.closed) == set(fixture.gates.closed())
    assert {Gate.LLM_CALLS, Gate.ANNOUNCEMENTS, Gate.PREDICTION} <= set(state.closed)
    assert [event.state for event in fixture.events] == [state]


def test_entering_again_keeps_the_first_cause_and_says_nothing(fixture: Fixture) -> None:
    fixture.emergency.enter(EmergencyCause.MEMORY)
    first = fixture.emergency.state
    fixture.clock.advance(60)
    fixture.emergency.enter(EmergencyCause.OPERATOR)
    assert fixture.emergency.state is first
    assert len(fixture.events) == 1


def test_leaving_opens_what_it_closed_and_nothing_else(fixture: Fixture) -> None:
    fixture.gates.close(Gate.LLM_CALLS, "budget")
    fixture.emergency.enter(EmergencyCause.OPERATOR)
    fixture.emergency.leave()
    assert fixture.gates.closed() == (Gate.LLM_CALLS,)
    assert fixture.emergency.state is None
    assert [event.state is None for event in fixture.events] == [False, True]


def test_the_log_says_when_it_goes_on_and_when_it_is_over(
    fixture: Fixture, caplog: pytest.LogCaptureFixture
) -> None:
    fixture.emergency.enter(EmergencyCause.SETTING)
    fixture.emergency.leave()
    assert [message.partition(":")[0] for message in caplog.messages] == [
        "Emergency mode is on",
        "Emergency mode is over.",
    ]


def test_leaving_what_was_never_entered_says_nothing(fixture: Fixture) -> None:
    fixture.emergency.leave()
    assert fixture.events == []


def test_the_gates_have_moved_and_it_is_on_record_before_anybody_is_told(fixture: Fixture) -> None:
    seen: list[tuple[int, bool]] = []
    bus = Bus(on_error=fail)
    file = fixture.directory / FILE_NAME
    emergency = fixture.made(bus)
    bus.subscribe(
        EmergencyChanged,
        lambda _event: seen.append((len(fixture.gates.closed()), file.exists())),
    )
    emergency.enter(EmergencyCause.MEMORY)
    emergency.leave()
    assert seen == [(3, True), (0, False)]


def test_it_goes_on_after_a_restart_until_it_is_left(fixture: Fixture) -> None:
    fixture.emergency.enter(EmergencyCause.MEMORY)
    before = fixture.emergency.state
    fixture.clock.advance(3600)

    restarted = Fixture(fixture.directory)
    restarted.emergency.resume()
    assert restarted.emergency.state == before
    assert Gate.LLM_CALLS in restarted.gates.closed()
    restarted.emergency.leave()
    assert restarted.gates.closed() == ()

    again = Fixture(fixture.directory)
    again.emergency.resume()
    assert again.emergency.state is None


def test_what_a_setting_turned_on_is_gone_with_the_setting(fixture: Fixture) -> None:
    fixture.emergency.enter(EmergencyCause.SETTING)
    restarted = Fixture(fixture.directory)
    restarted.emergency.resume()
    assert restarted.emergency.state is None


@pytest.mark.parametrize("content", [b"", b"{", b'{"cause": "whim"}'])
def test_a_damaged_record_means_that_it_is_on(fixture: Fixture, content: bytes) -> None:
    (fixture.directory / FILE_NAME).write_bytes(content)
    fixture.emergency.resume()
    assert fixture.emergency.state is not None


def test_it_turns_on_even_where_it_cannot_be_recorded_and_that_is_reported(
    fixture: Fixture,
) -> None:
    fixture.directory.rmdir()
    fixture.emergency.enter(EmergencyCause.OPERATOR)
    assert fixture.emergency.state is not None
    assert [type(error) for error in fixture.reported] == [FileNotFoundError]
