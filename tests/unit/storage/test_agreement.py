"""What was written with consent, told by Telegram's seconds and numbers; in doubt it was not."""

import pytest

from engine.storage.people.agreement import Agreement, Moment, Span, Wrote, moment_of

ADA = 42
DIRECT, BASIC, SUPERGROUP = ADA, -77, -1_001_000_000_001


def agreement(chat: int, given: int, ended: int | None = None) -> Agreement:
    """With messages numbered as their seconds are."""
    over = None if ended is None else moment_of(chat, float(ended), ended)
    return Agreement(chat, (Span(moment_of(chat, float(given), given), over),))


@pytest.mark.parametrize("chat", [DIRECT, BASIC, SUPERGROUP])
def test_a_line_counts_from_the_message_that_gave_consent_to_the_one_that_took_it_back(
    chat: int,
) -> None:
    found = agreement(chat, 10, 20)
    covered = [at for at in range(30) if found.covered(Wrote(ADA, float(at), at))]
    assert covered == list(range(11, 20))
    assert not found.stands
    assert not found.covers(Wrote(ADA, 15.0, 15))  # it has been taken back


@pytest.mark.parametrize(("chat", "is_told"), [(DIRECT, True), (BASIC, False), (SUPERGROUP, True)])
def test_within_a_second_numbers_tell_what_came_first_where_all_count_alike(
    chat: int, is_told: bool
) -> None:
    found = agreement(chat, 10)
    assert found.covers(Wrote(ADA, 10.0, 11)) is is_told
    assert not found.covers(Wrote(ADA, 10.0, 9))
    assert not found.covers(Wrote(ADA, 10.0, 10))
    assert not found.covers(Wrote(ADA, 10.0))
    assert not found.covers(Wrote(ADA, 10.9))
    assert found.covers(Wrote(ADA, 11.0))


def test_a_number_of_another_bots_chat_proves_nothing_against_the_time() -> None:
    found = agreement(DIRECT, 1_000)  # number 1000, of a bot that took over the account's name
    assert not found.covers(Wrote(ADA, 500.0, 2_000))


def test_words_of_somebody_else_are_covered_by_nobodys_consent() -> None:
    found = agreement(DIRECT, 10)
    assert found.covers(Wrote(ADA, 20.0, 20))
    assert not found.covers(Wrote(ADA, 20.0, 20, of_another=True))


def test_who_never_agreed_agreed_to_nothing() -> None:
    assert not Agreement(DIRECT).stands
    assert not Agreement(DIRECT).covered(Wrote(ADA, 20.0, 20))
    assert not Moment(1.0).is_surely_after(Moment(1.0))
