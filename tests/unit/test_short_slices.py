"""Work in a thread lets the loop in, and leaves the interpreter as it was."""

import sys
import threading

import pytest

from engine.short_slices import short_slices


def test_turns_are_short_while_anybody_is_inside_and_as_before_afterwards() -> None:
    usual = sys.getswitchinterval()
    inside, leave = threading.Event(), threading.Event()

    def work() -> None:
        with short_slices():
            inside.set()
            leave.wait()

    other = threading.Thread(target=work)
    other.start()
    inside.wait()
    with short_slices():
        assert sys.getswitchinterval() < usual / 5
    assert sys.getswitchinterval() < usual / 5
    leave.set()
    other.join()
    assert sys.getswitchinterval() == usual


def test_they_end_with_work_that_fails() -> None:
    usual = sys.getswitchinterval()
    with pytest.raises(ZeroDivisionError), short_slices():
        raise ZeroDivisionError
    assert sys.getswitchinterval() == usual
