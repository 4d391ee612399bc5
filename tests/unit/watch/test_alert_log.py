"""What the log says of alerts and of emergency mode."""

import logging

import pytest

from engine.bus import Bus
from engine.watch.alert import Alert, AlertCleared, AlertRaised, Severity
from engine.watch.alert_kinds.cpu_high import CpuHigh
from engine.watch.alert_log import AlertLog
from tests.support.clock import ManualClock

NB = "\N{NO-BREAK SPACE}"


def _raise(error: Exception) -> None:
    raise error


def _alert(since: float, severity: Severity = Severity.WARNING) -> Alert:
    return Alert(CpuHigh(93.0, 80), severity, since)


@pytest.mark.parametrize(
    ("severity", "level"),
    [
        (Severity.NOTICE, "INFO"),
        (Severity.WARNING, "WARNING"),
        (Severity.CRITICAL, "ERROR"),
    ],
)
def test_an_alert_is_one_line_when_it_is_raised_and_one_when_it_is_over(
    severity: Severity, level: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    bus, clock = Bus(on_error=_raise), ManualClock()
    log = AlertLog(bus, clock)
    end = log.listen()
    alert = _alert(clock.now(), severity)
    bus.publish(AlertRaised(alert))
    clock.advance(90)
    bus.publish(AlertCleared(alert))
    assert caplog.messages == [
        "The CPU is at 93%; the threshold is 80%.",
        f"Over after 1{NB}min: The CPU is at 93%; the threshold is 80%.",
    ]
    assert {record.levelname for record in caplog.records} == {level}
    (past,) = log.past
    assert past.cleared_at - past.alert.since == 90
    end()
    bus.publish(AlertRaised(alert))
    assert len(caplog.messages) == 2


def test_the_last_alerts_are_remembered_and_no_more() -> None:
    bus, clock = Bus(on_error=_raise), ManualClock()
    log = AlertLog(bus, clock)
    log.listen()
    for _ in range(100):
        clock.advance(1)
        bus.publish(AlertCleared(_alert(clock.now())))
    assert len(log.past) == 20
    assert log.past[0].cleared_at == clock.now()
