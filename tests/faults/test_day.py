"""Some minutes of the day that `script/bench day` lives: as many as tell whether it still holds."""

import pytest

from tests.performance.day import Day, live, repeats
from tests.performance.day_people import Kind, Mix, People, Scale

_SCALE = Scale(people=80, bots=8, groups=8, talking=2, per_minute=10, seconds=1_500.0)


@pytest.fixture(scope="module")
def day() -> Day:
    return live(People(_SCALE, Mix(messages=6.0), seed=5))


def test_every_message_to_a_bot_is_answered_and_nobody_waits_long(day: Day) -> None:
    to_bots = sum(count for kind, count in day.written.items() if kind is not Kind.CHATTER)
    assert len(day.answers) == to_bots
    waits = sorted(one.wait for one in day.answers)
    assert waits[len(waits) * 95 // 100] <= 35.0
    assert day.reported == ()


def test_the_provider_is_called_for_few_messages_and_seldom_refuses(day: Day) -> None:
    assert 0 < day.requests < 0.6 * len(day.answers)
    assert day.refused_unlimited > 5
    assert day.refused <= 0.05 * day.refused_unlimited
    assert 0 < day.completions.cost_today <= day.budget


def test_chats_hear_the_same_again_in_at_most_two_percent(day: Day) -> None:
    assert repeats(day.spoken).of_all <= 0.02


def test_what_is_known_of_people_and_chats_is_asked_of_the_caches(day: Day) -> None:
    asked = {cache.name: cache.hits + cache.misses for cache in day.caches}
    assert asked["profile"] > len(day.spoken)
    assert asked["log"] > day.replies.sources["generated"] / 4
    assert all(cache.hits > 0 for cache in day.caches if cache.name in {"profile", "gpt", "log"})


def test_bots_speak_unasked_where_they_are_wanted(day: Day) -> None:
    assert day.announcements > _SCALE.groups
    assert day.remarks > 0
