"""Hours of the day: how they are written, midnight, and the days the clocks change."""

import datetime
import sys
import zoneinfo

import pytest

from engine.bots.limits.prime_hours import read_hours
from engine.errors import SettingsError

BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")


def at(hour: int, minute: int = 0, *, day: int = 1, month: int = 7, fold: int = 0) -> float:
    moment = datetime.datetime(2026, month, day, hour, minute, tzinfo=BERLIN, fold=fold)
    return moment.timestamp()


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("18-23", (18, 22), (17, 23)),
        ("22:30-6", (23, 0, 5), (22, 6, 12)),
        ("8-12, 20-24", (8, 11, 20, 23), (0, 12, 19)),
        ("0-24", (0, 12, 23), ()),
        ("", (), (0, 12)),
    ],
)
def test_ranges_end_before_their_end_and_may_cross_midnight(
    text: str, inside: tuple[int, ...], outside: tuple[int, ...]
) -> None:
    hours = read_hours(text, "", "Europe/Berlin", 1.0)
    assert all(hours.are_prime(at(hour)) for hour in inside)
    assert not any(hours.are_prime(at(hour)) for hour in outside)


@pytest.mark.parametrize("text", ["18", "25-3", "18-18", "8:75-9", "8-24:30", "noon-18"])
def test_what_is_no_range_is_told(text: str) -> None:
    with pytest.raises(SettingsError, match=f'QUIET_HOURS cannot be used: it is "{text}"'):
        read_hours("", text, "", 1.0)


def test_an_unknown_time_zone_is_told() -> None:
    with pytest.raises(SettingsError, match="Europe/Nowhere"):
        read_hours("", "", "Europe/Nowhere", 1.0)


def test_a_machine_without_time_zones_is_told_from_an_unknown_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "tzdata", None)
    zoneinfo.reset_tzpath(to=())
    zoneinfo.ZoneInfo.clear_cache()
    try:
        with pytest.raises(SettingsError, match="has no time zone database"):
            read_hours("", "", "Europe/Berlin", 1.0)
    finally:
        zoneinfo.reset_tzpath()


def test_an_hour_that_occurs_twice_is_quiet_twice_and_one_left_out_never() -> None:
    hours = read_hours("", "2-3", "Europe/Berlin", 1.0)
    autumn = [at(2, 30, day=25, month=10, fold=fold) for fold in (0, 1)]
    assert autumn[1] - autumn[0] == 3600
    assert all(hours.are_quiet(moment) for moment in autumn)
    spring = [at(0, day=29, month=3) + minutes * 60 for minutes in range(0, 6 * 60, 10)]
    assert not any(hours.are_quiet(moment) for moment in spring)


def test_the_scale_holds_in_prime_hours_alone() -> None:
    hours = read_hours("18-23", "", "Europe/Berlin", 3.0)
    assert [hours.scale_at(at(hour)) for hour in (17, 18, 23)] == [1.0, 3.0, 1.0]
