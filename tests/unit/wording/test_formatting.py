"""Figures read well: units, grouping, and precision where it says something."""

import time

import pytest

from engine.language import number
from engine.wording.formatting import (
    Quantity,
    clock_time,
    compact,
    cost,
    duration,
    mebibytes,
    milliseconds,
    percent,
)

MIB = 1024 * 1024
NB = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-1, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (3 * 3600 + 12 * 60, "3 h 12 min"),
        (5 * 86400 + 3 * 3600 + 59, "5 d 3 h"),
    ],
)
def test_a_duration_names_its_two_greatest_units(seconds: float, said: str) -> None:
    assert str(duration(seconds)) == said.replace(" ", NB)


@pytest.mark.parametrize(
    ("quantity", "said"),
    [
        (mebibytes(0), "0.0 MiB"),
        (mebibytes(99.94 * MIB), "99.9 MiB"),
        (mebibytes(99.96 * MIB), "100 MiB"),
        (mebibytes(1536.2 * MIB), "1,536 MiB"),
        (milliseconds(0), "0 ms"),
        (milliseconds(3.24), "3.2 ms"),
        (milliseconds(310.4), "310 ms"),
        (milliseconds(999.6), "1.0 s"),
        (milliseconds(12_400), "12 s"),
    ],
)
def test_a_quantity_keeps_the_digits_that_matter(quantity: Quantity, said: str) -> None:
    assert str(quantity) == said.replace(" ", NB)


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0"),
        (99_999, "99,999"),
        (100_000, "100 k"),
        (999_499, "999 k"),
        (999_500, "1.0 M"),
        (12_345_678, "12.3 M"),
    ],
)
def test_a_large_count_is_said_in_thousands_or_millions(count: int, said: str) -> None:
    assert str(compact(count)) == said.replace(" ", NB)


def test_a_cost_keeps_what_is_less_than_a_cent() -> None:
    said = [cost(amount) for amount in (0, 0.0004, 0.0099, 0.00996, 5.436, 1200)]
    assert said == ["$0.00", "$0.0004", "$0.0099", "$0.01", "$5.44", "$1,200.00"]


def test_a_percentage_has_a_decimal_only_where_it_is_small() -> None:
    assert [percent(value) for value in (0, 0.4, 9.94, 9.96, 91.2)] == [
        "0%",
        "0.4%",
        "9.9%",
        "10%",
        "91%",
    ]


def test_thousands_are_grouped() -> None:
    assert number(1_234_567) == "1,234,567"


def test_a_time_of_another_day_names_the_day() -> None:
    noon = time.mktime((2026, 3, 14, 12, 0, 0, 0, 0, -1))
    assert clock_time(noon, now=noon + 60) == "12:00"
    assert clock_time(noon, now=noon + 86400) == f"14{NB}Mar,{NB}12:00"
