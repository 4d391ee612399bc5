"""Events reach those who asked, and one listener's fault stays its own."""

from dataclasses import dataclass

from engine.bus import Bus


@dataclass(frozen=True)
class Happened:
    what: str


def test_an_event_reaches_only_those_who_asked_for_its_type() -> None:
    heard: list[object] = []
    bus = Bus(on_error=lambda _: None)
    bus.subscribe(Happened, heard.append)
    bus.publish(Happened("a"))
    bus.publish("something else")
    assert heard == [Happened("a")]


def test_a_failing_listener_harms_neither_the_others_nor_the_speaker() -> None:
    heard: list[object] = []
    errors: list[Exception] = []
    bus = Bus(on_error=errors.append)

    def fail(_: Happened) -> None:
        raise ValueError("mine")

    bus.subscribe(Happened, fail)
    bus.subscribe(Happened, heard.append)
    bus.publish(Happened("a"))
    assert heard == [Happened("a")]
    assert [str(error) for error in errors] == ["mine"]


def test_who_unsubscribes_while_an_event_is_told_hears_no_later_one() -> None:
    heard: list[object] = []
    bus = Bus(on_error=lambda _: None)

    def once(event: Happened) -> None:
        heard.append(event)
        leave()

    leave = bus.subscribe(Happened, once)
    bus.publish(Happened("a"))
    bus.publish(Happened("b"))
    assert heard == [Happened("a")]
