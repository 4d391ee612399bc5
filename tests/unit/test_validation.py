"""Every mistake is found, placed and said in our own words."""

import datetime
import enum
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from engine.files.toml_places import sentences
from engine.files.validation import Problem, find_problems


class Colour(enum.StrEnum):
    RED = "red"
    BLUE = "blue"


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=1, max_length=5, pattern="^[a-z]*$")]
    colour: Colour = Colour.RED
    age: Annotated[int, Meta(ge=1, le=120)] | None = None
    share: Annotated[float, Meta(gt=0, lt=1)] = 0.5
    loud: bool = False
    words: Annotated[tuple[str, ...], Meta(min_length=1)] = ("a",)

    @classmethod
    def mistakes(cls, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        if table["name"] == "bad":
            yield "name", "must not be bad"


class Whole(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    parts: tuple[Part, ...] = ()
    by_name: dict[str, Part] = {}


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ({}, "name is missing"),
        ({"name": 3}, "name must be text in quotes, not 3"),
        ({"name": ""}, "name must not be empty"),
        ({"name": "abcdef"}, "name must have at most 5 letters"),
        ({"name": "A"}, "name has a character that may not stand here, or too many of them"),
        ({"name": "bad"}, "name must not be bad"),
        ({"name": "a", "colour": "green"}, "colour must be 'red' or 'blue', not 'green'"),
        ({"name": "a", "colour": []}, "colour must be 'red' or 'blue', not a list"),
        ({"name": "a", "age": 121}, "age must be at most 120, not 121"),
        ({"name": "a", "age": 0}, "age must be at least 1, not 0"),
        ({"name": "a", "age": True}, "age must be a whole number, not true"),
        ({"name": "a", "age": 2.0}, "age must be a whole number, not 2.0"),
        ({"name": "a", "age": 10**5_000}, "must be at most 120, not a number of very many digits"),
        ({"name": "a", "share": 0}, "share must be more than 0, not 0"),
        ({"name": "a", "share": 1}, "share must be less than 1, not 1"),
        ({"name": "a", "share": float("nan")}, "share must be a number, not nan"),
        ({"name": "a", "share": float("inf")}, "share must be a number, not inf"),
        ({"name": "a", "loud": 1}, "loud must be true or false, not 1"),
        ({"name": "a", "words": "abc"}, "words must be a list in square brackets, not 'abc'"),
        ({"name": "a", "words": []}, "words must not be empty"),
        (
            {"name": datetime.date(2026, 1, 2)},
            "name must be text in quotes, not 2026-01-02",
        ),
        ({"name": "a", "colur": "red"}, "colur is not a key here; perhaps colour is meant"),
        ({"name": "a", "zzz": 1}, "zzz is not a key here; allowed are name, colour, age, share"),
        ([], "must be a table, not a list"),
        ("x" * 99, f"must be a table, not '{'x' * 60}…'"),
    ],
)
def test_a_mistake_is_told_with_the_value_and_what_may_stand_there(part: Any, told: str) -> None:
    (problem,) = find_problems({"parts": [{"name": "a"}, part]}, Whole)
    assert told in f"{problem.field} {problem.what}".removeprefix("parts[2].").removeprefix(
        "parts[2] "
    )
    (in_table,) = find_problems({"by_name": {"one": part}}, Whole)
    assert in_table.what == problem.what


def test_all_mistakes_are_found_at_once() -> None:
    value = {"parts": [{"name": 1}, {"nam": "a", "age": "x"}], "more": 1}
    assert [problem.field for problem in find_problems(value, Whole)] == [
        "parts[1].name",
        "parts[2].name",
        "parts[2].age",
        "parts[2].nam",
        "more",
    ]


def test_where_it_may_be_a_secret_no_text_is_repeated() -> None:
    told = [one.what for one in find_problems({"parts": [{"name": "KEYKEY", "age": "KEY"}]}, Whole)]
    assert any("KEY" in what for what in told)
    kept = list(find_problems({"parts": [{"name": "KEYKEY", "age": "KEY"}]}, Whole, secret=True))
    assert len(kept) == 2
    assert not any("KEY" in one.what for one in kept)


def test_of_very_many_mistakes_some_are_told_and_the_rest_counted() -> None:
    problems = [Problem((f"a{n}",), "is wrong") for n in range(25)]
    lines = sentences("x.toml", "", problems).splitlines()
    assert len(lines) == 11
    assert lines[-1] == "… and 15 more mistakes."


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "colour", "age", "share", "loud", "words", "parts", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(_VALUES)
def test_what_has_no_mistake_is_taken_and_what_is_not_taken_has_one(value: Any) -> None:
    tables = {"parts": [value]}
    problems = list(find_problems(tables, Whole))
    try:
        msgspec.convert(tables, Whole)
    except (msgspec.ValidationError, OverflowError):
        assert problems
    assert all(problem.what and problem.field for problem in problems)
