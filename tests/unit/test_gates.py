"""A gate stays closed as long as anybody wants it closed."""

from engine.gates import Gate, Gates


def test_a_gate_opens_only_when_all_who_closed_it_let_go() -> None:
    gates = Gates()
    gates.close(Gate.LLM_CALLS, by="emergency")
    gates.close(Gate.LLM_CALLS, by="setting")
    gates.open(Gate.LLM_CALLS, by="emergency")
    assert not gates.is_open(Gate.LLM_CALLS)
    gates.open(Gate.LLM_CALLS, by="setting")
    assert gates.is_open(Gate.LLM_CALLS)


def test_letting_go_of_what_one_never_held_changes_nothing() -> None:
    gates = Gates()
    gates.close(Gate.ANNOUNCEMENTS, by="emergency")
    gates.open(Gate.ANNOUNCEMENTS, by="somebody else")
    assert gates.closed() == (Gate.ANNOUNCEMENTS,)


def test_a_listener_hears_of_each_move_once_however_many_hold_the_gate() -> None:
    gates, heard = Gates(), list[bool]()
    stop = gates.listen(Gate.LLM_CALLS, heard.append)
    gates.close(Gate.LLM_CALLS, "one")
    gates.close(Gate.LLM_CALLS, "other")
    gates.close(Gate.ANNOUNCEMENTS, "one")
    gates.open(Gate.LLM_CALLS, "one")
    assert heard == [False]
    gates.open(Gate.LLM_CALLS, "other")
    assert heard == [False, True]
    stop()
    gates.close(Gate.LLM_CALLS, "one")
    assert heard == [False, True]
