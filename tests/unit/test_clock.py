"""A server's time, told now and then, goes on whatever becomes of the machine's clock."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.clock import ServerClock
from tests.support.clock import ManualClock

TRUE = 1_800_000_000.0


class Wrong(ManualClock):
    """A machine whose wall clock is `off` by so many seconds; its steady clock goes right."""

    def __init__(self, off: float = 0.0) -> None:
        super().__init__(TRUE)
        self.off = off

    def now(self) -> float:
        return super().now() + self.off


@pytest.mark.parametrize("off", [-86_400.0, -3_600.0, 3_600.0, 86_400.0])
def test_a_wrong_clock_is_set_right_and_may_then_jump_as_it_likes(off: float) -> None:
    machine = Wrong(off)
    clock = ServerClock(machine)
    assert clock.now() == TRUE + off
    clock.told(TRUE, 0.0)
    assert clock.now() == pytest.approx(TRUE, abs=1.0)
    was = clock.now()
    machine.off = -off
    assert clock.now() == was
    machine.advance(100.0)
    assert clock.now() == was + 100.0


def test_a_machine_that_goes_right_is_not_moved_to_and_fro_by_slow_answers() -> None:
    machine = Wrong()
    clock = ServerClock(machine)
    for took in (0.0, 0.5, 10.0, 20.0):
        clock.told(machine.now() - took, took)
        assert clock.now() == machine.now()


def test_whoever_reckoned_by_a_wrong_clock_is_told_once() -> None:
    moved: list[float] = []
    clock = ServerClock(Wrong(-3_600.0))
    clock.when_moved.append(lambda: moved.append(clock.now()))
    clock.told(TRUE, 0.0)
    clock.told(TRUE, 0.0)
    assert moved == [TRUE]


@given(
    st.floats(-1e6, 1e6),
    st.lists(st.tuples(st.floats(0.0, 1e4), st.floats(0.0, 20.0), st.floats(-1e6, 1e6))),
)
def test_once_told_it_is_right_to_within_what_the_answer_took(
    off: float, turns: list[tuple[float, float, float]]
) -> None:
    machine = Wrong(off)
    clock = ServerClock(machine)
    for passed, took, new_off in turns:
        machine.advance(passed + took)
        true = machine.monotonic()
        clock.told(true - took, took)
        assert true - took - 1e-3 <= clock.now() <= true + 1.0 + 1e-3
        machine.off = new_off
