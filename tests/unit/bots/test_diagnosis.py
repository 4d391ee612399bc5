"""Which cause is named for a bot, where several things are true of it."""

import pytest

from engine.bots.connection.cause import URGENCY, Cause
from engine.bots.connection.diagnosis import Facts, Trouble, cause_of, trouble_of
from engine.bots.connection.state import BotPhase
from engine.errors import SessionDamagedError, SessionInUseError
from engine.telegram.faults import (
    AccountRefusedError,
    ConnectionLostError,
    FloodWaitError,
    SessionDuplicatedError,
    TelegramTroubleError,
)

ONLINE, RETRYING, REFUSED = BotPhase.ONLINE, BotPhase.RETRYING, BotPhase.REFUSED


@pytest.mark.parametrize(
    ("facts", "cause"),
    [
        (Facts(ONLINE), Cause.HEALTHY),
        (Facts(BotPhase.CONNECTING), Cause.STARTING),
        (Facts(RETRYING, Trouble.TELEGRAM), Cause.TELEGRAM),
        (Facts(RETRYING, Trouble.TELEGRAM, waking=True), Cause.ASLEEP),
        (Facts(RETRYING, Trouble.LOCAL, waking=True), Cause.FAULT),
        (Facts(RETRYING, Trouble.FLOOD), Cause.FLOOD_WAIT),
        (Facts(RETRYING, Trouble.NONE, deaf=True), Cause.DEAF),
        (Facts(REFUSED, Trouble.VOID), Cause.REVOKED),
        (Facts(REFUSED, Trouble.RIVAL), Cause.RIVAL),
        (Facts(ONLINE, rival=True, deaf=True, flooded=True), Cause.RIVAL),
        (Facts(ONLINE, deaf=True, flooded=True), Cause.DEAF),
        (Facts(ONLINE, flooded=True, waking=True), Cause.FLOOD_WAIT),
        (Facts(ONLINE, muted=True, privacy_mode=True), Cause.NO_RIGHTS),
        (Facts(ONLINE, privacy_mode=True), Cause.PRIVACY_MODE),
        (Facts(REFUSED, Trouble.VOID, paused=True), Cause.PAUSED),
        (Facts(BotPhase.STOPPED, flooded=True), Cause.STOPPED),
    ],
)
def test_the_most_pressing_is_named(facts: Facts, cause: Cause) -> None:
    assert cause_of(facts) is cause


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (None, Trouble.TELEGRAM),
        (ConnectionLostError(), Trouble.TELEGRAM),
        (TelegramTroubleError(), Trouble.TELEGRAM),
        (FloodWaitError(3), Trouble.FLOOD),
        (AccountRefusedError(), Trouble.VOID),
        (SessionDuplicatedError(), Trouble.RIVAL),
        (SessionInUseError(), Trouble.RIVAL),
        (SessionDamagedError(), Trouble.LOCAL),
        (ValueError(), Trouble.LOCAL),
    ],
)
def test_an_error_is_sorted_by_what_it_means(error: Exception | None, trouble: Trouble) -> None:
    assert trouble_of(error) is trouble


def test_every_cause_has_its_place_and_health_is_last() -> None:
    assert max(URGENCY, key=URGENCY.__getitem__) is Cause.HEALTHY
    assert len(set(URGENCY.values())) == len(Cause)
