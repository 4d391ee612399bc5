"""Emergency mode and its gates."""

import pytest

from engine.bus import Bus
from engine.gates import Gate, Gates
from engine.watch.emergency import Emergency
from engine.watch.emergency_state import EmergencyCause, EmergencyChanged
from tests.clock import ManualClock


def fail(error: Exception) -> None:
    raise error


class Fixture:
    def __init__(self) -> None:
        self.gates = Gates()
        self.clock = ManualClock()
        self.events: list[EmergencyChanged] = []
        bus = Bus(on_error=fail)
        bus.subscribe(EmergencyChanged, self.events.append)
        self.emergency = Emergency(self.gates, bus, self.clock)


@pytest.fixture
def fixture() -> Fixture:
    return Fixture()


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


def test_leaving_what_was_never_entered_says_nothing(fixture: Fixture) -> None:
    fixture.emergency.leave()
    assert fixture.events == []


def test_the_gates_have_moved_before_anybody_is_told(fixture: Fixture) -> None:
    seen: list[int] = []
    bus = Bus(on_error=fail)
    gates = Gates()
    emergency = Emergency(gates, bus, fixture.clock)
    bus.subscribe(EmergencyChanged, lambda _event: seen.append(len(gates.closed())))
    emergency.enter(EmergencyCause.SETTING)
    emergency.leave()
    assert seen[0] > 0
    assert seen[1] == 0
