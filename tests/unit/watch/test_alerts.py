"""When an alert begins, how long it stands, and that it is told once."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from engine.bots.connection.cause import Cause
from engine.bots.connection.open_files import OpenFiles
from engine.bots.connection.state import BotPhase, BotState, FleetStats
from engine.bus import Bus
from engine.storage.backups.contents import BackupError
from engine.watch.alert import Alert, AlertCleared, AlertFigures, AlertRaised
from engine.watch.alert_kinds.bot_refused import BotRefused
from engine.watch.alert_kinds.bot_rival import BotRival
from engine.watch.alert_kinds.bots_concerned import BotsConcerned
from engine.watch.alert_kinds.bots_deaf import BotsDeaf
from engine.watch.alert_kinds.bots_flooded import BotsFlooded
from engine.watch.alert_kinds.bots_muted import BotsMuted
from engine.watch.alert_kinds.bots_offline import BotsOffline
from engine.watch.alert_kinds.cpu_high import CpuHigh
from engine.watch.alert_kinds.files_short import FilesShort
from engine.watch.alert_kinds.internal_error import InternalError
from engine.watch.alert_kinds.loop_slow import LoopSlow
from engine.watch.alert_kinds.memory_high import MemoryHigh
from engine.watch.alert_kinds.telegram_unreachable import TelegramUnreachable
from engine.watch.alerts import Alerts
from engine.watch.internal_errors import InternalErrors
from engine.watch.sample import LoopLag, Sample, Thresholds
from tests.support.clock import ManualClock

WELL = Sample(0.0, 100 << 20, 0, 5.0, 5.0, 1, 1, 0.0, 0.0, 0.0, 0.0, 0.0)
ONLINE = BotState("ada", BotPhase.ONLINE)
RETRYING = BotState("bob", BotPhase.RETRYING, problem="no route", attempts=1)


class Watch:
    """Alerts with thresholds of 500 MiB and 80 %, past their grace."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.told: list[tuple[str, type[AlertFigures]]] = []
        bus = Bus(on_error=_raise)
        bus.subscribe(AlertRaised, lambda event: self.told.append(("raised", event.alert.kind)))
        bus.subscribe(AlertCleared, lambda event: self.told.append(("cleared", event.alert.kind)))
        self.alerts = Alerts(Thresholds(500 << 20, 80), bus, self.clock)
        self.clock.advance(60)

    def run(
        self,
        seconds: int,
        sample: Sample = WELL,
        lag: float = 0.0,
        bots: Sequence[BotState] = (ONLINE,),
    ) -> list[type[AlertFigures]]:
        online = sum(bot.phase is BotPhase.ONLINE for bot in bots)
        fleet = FleetStats(total=len(bots), online=online)
        for _ in range(seconds):
            self.clock.advance(1)
            self.alerts.judge(sample, LoopLag(p99=lag), fleet, tuple(bots))
        return [alert.kind for alert in self.alerts.standing]


def _raise(error: Exception) -> None:
    raise error


@pytest.fixture
def watch() -> Watch:
    return Watch()


def memory(mib: int) -> Sample:
    return replace(WELL, rss=mib << 20)


def cpu(percent: float) -> Sample:
    return replace(WELL, process_cpu=percent)


def test_memory_over_its_threshold_is_told_once_and_cleared_once(watch: Watch) -> None:
    began = watch.clock.now() + 1
    assert watch.run(60, memory(501)) == [MemoryHigh]
    (alert,) = watch.alerts.standing
    assert alert.since == began
    assert alert.figures == MemoryHigh(501, 500)
    assert watch.run(60) == []
    assert watch.told == [
        ("raised", MemoryHigh),
        ("cleared", MemoryHigh),
    ]


def test_memory_wavering_about_its_threshold_does_not_flap(watch: Watch) -> None:
    for _ in range(50):
        watch.run(6, memory(505))
        watch.run(6, memory(480))
    assert watch.told == [("raised", MemoryHigh)]


def test_a_busy_moment_is_no_alert_but_half_a_minute_is(watch: Watch) -> None:
    for _ in range(5):
        assert watch.run(29, cpu(100)) == []
        watch.run(2)
    assert watch.run(31, cpu(100)) == [CpuHigh]


def test_figures_of_a_standing_alert_follow(watch: Watch) -> None:
    watch.run(40, cpu(100))
    watch.run(1, cpu(150))
    assert watch.alerts.standing[0].figures == CpuHigh(150, 80)
    assert len(watch.told) == 1


def test_one_stall_in_the_last_minute_is_not_a_slow_loop(watch: Watch) -> None:
    assert watch.run(60, lag=900) == []
    watch.run(5)
    assert watch.run(80, lag=900) == [LoopSlow]


def test_starting_is_no_fault() -> None:
    watch = Watch()
    fresh = Alerts(Thresholds(500 << 20, 80), Bus(_raise), watch.clock)
    waiting = tuple(BotState(f"b{n}", BotPhase.CONNECTING) for n in range(9))
    for _ in range(59):
        watch.clock.advance(1)
        fresh.judge(replace(cpu(400), rss=1 << 40), LoopLag(p99=900), FleetStats(total=9), waiting)
    assert fresh.standing == ()


def test_nobody_online_after_trying_is_telegram_unreachable_and_nothing_else(watch: Watch) -> None:
    again = replace(RETRYING, phase=BotPhase.CONNECTING)
    for _ in range(30):  # retries do not hide it
        watch.run(3, bots=[RETRYING])
        watch.run(1, bots=[again])
    assert watch.told == [("raised", TelegramUnreachable)]
    assert watch.run(1) == []


def test_a_bot_that_stays_away_is_told(watch: Watch) -> None:
    assert watch.run(59, bots=[ONLINE, RETRYING]) == []
    assert watch.run(3, bots=[ONLINE, RETRYING]) == [BotsOffline]
    assert watch.alerts.standing[0].figures == BotsOffline(1, 2, "bob", "no route")


def test_few_of_many_may_be_away(watch: Watch) -> None:
    many = [ONLINE] * 98
    assert watch.run(90, bots=[*many, RETRYING, RETRYING]) == []
    assert watch.run(90, bots=[*many, *[RETRYING] * 6]) == [BotsOffline]


def test_a_refused_bot_is_told_at_once_and_until_it_is_mended(watch: Watch) -> None:
    refused = BotState("eve", BotPhase.REFUSED, problem="token revoked")
    assert watch.run(1, bots=[ONLINE, refused]) == [BotRefused]
    assert watch.alerts.standing[0].figures == BotRefused(1, 2, "eve", "token revoked")
    assert watch.run(1) == []


@pytest.mark.parametrize(
    ("cause", "kind"),
    [
        (Cause.RIVAL, BotRival),
        (Cause.DEAF, BotsDeaf),
        (Cause.NO_RIGHTS, BotsMuted),
    ],
)
def test_a_cause_that_many_bots_share_is_one_alert(
    watch: Watch, cause: Cause, kind: type[BotsConcerned]
) -> None:
    many = [BotState(f"b{number}", BotPhase.ONLINE, cause=cause) for number in range(200)]
    assert watch.run(1, bots=[ONLINE, *many]) == [kind]
    assert watch.alerts.standing[0].figures == kind(200, 201, "b0")
    assert watch.run(11) == []
    assert watch.told == [("raised", kind), ("cleared", kind)]


def test_a_flood_wait_is_told_when_it_lasts_and_says_until_when(watch: Watch) -> None:
    flooded = BotState("a", BotPhase.ONLINE, flood_until=5.0, cause=Cause.FLOOD_WAIT)
    assert watch.run(59, bots=[flooded]) == []
    assert watch.run(3, bots=[flooded]) == [BotsFlooded]
    assert watch.alerts.standing[0].figures == BotsFlooded(1, 1, "a", until=5.0)


def test_a_session_used_elsewhere_is_a_rival_and_no_second_alert(watch: Watch) -> None:
    refused = BotState("eve", BotPhase.REFUSED, cause=Cause.RIVAL)
    assert watch.run(1, bots=[ONLINE, refused]) == [BotRival]


def test_bots_that_wake_up_or_rest_are_no_alert(watch: Watch) -> None:
    waking = replace(RETRYING, cause=Cause.ASLEEP)
    paused = BotState("a", BotPhase.STOPPED, cause=Cause.PAUSED)
    hidden = BotState("p", BotPhase.ONLINE, cause=Cause.PRIVACY_MODE)
    assert watch.run(120, bots=[waking, paused, hidden]) == []


def test_files_that_are_used_up_while_it_runs_are_one_alert_for_a_minute(watch: Watch) -> None:
    watch.alerts.report_files(OpenFiles(1024, 136))
    assert watch.run(1) == []
    for _ in range(100):
        watch.alerts.report_files_used_up()
    assert watch.run(59) == [FilesShort]
    assert watch.alerts.standing[0].figures == FilesShort(136, 1024, used_up=True)
    assert watch.run(2) == []
    assert watch.told == [("raised", FilesShort), ("cleared", FilesShort)]


def test_too_few_open_files_are_told_at_the_first_tick(watch: Watch) -> None:
    watch.alerts.report_files(OpenFiles(allowed=None, needed=9_999))
    assert watch.run(1) == []
    watch.alerts.report_files(OpenFiles(allowed=1024, needed=1025))
    assert watch.run(1) == [FilesShort]


def test_errors_are_one_alert_without_their_text_until_it_is_quiet(watch: Watch) -> None:
    for _ in range(100):
        watch.alerts.report_error(ValueError("secret"))
        watch.run(1)
    (alert,) = watch.alerts.standing
    assert alert.figures == InternalError(100, "ValueError")
    assert watch.run(301) == []
    assert len(watch.told) == 2
    watch.alerts.report_error(KeyError("secret"))
    watch.run(1)
    assert watch.alerts.standing[0].figures == InternalError(1, "KeyError")


def test_the_most_severe_comes_first(watch: Watch) -> None:
    assert watch.run(90, memory(900), bots=[RETRYING]) == [
        TelegramUnreachable,
        MemoryHigh,
    ]


def test_an_error_of_ours_is_said_in_its_own_words_and_any_other_by_its_type() -> None:
    errors = InternalErrors(ManualClock())
    errors.report(BackupError("The backup b.gz could not be written: File exists."))
    alert = Alert.of(InternalError(1, errors.last), 0.0)
    assert alert.sentence == "The backup b.gz could not be written: File exists."
    errors.report(ValueError("a stranger's sentence."))
    assert errors.last == "ValueError"
