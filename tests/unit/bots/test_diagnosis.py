"""Which cause is named for a bot, where several things are true of it."""

import pytest

from engine.bots.connection.cause import URGENCY, Cause
from engine.bots.connection.diagnosis import BotFacts, Trouble, cause_of, trouble_of
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
        (BotFacts(ONLINE), Cause.HEALTHY),
        (BotFacts(BotPhase.CONNECTING), Cause.STARTING),
        (BotFacts(RETRYING, Trouble.TELEGRAM), Cause.TELEGRAM),
        (BotFacts(RETRYING, Trouble.TELEGRAM, waking=True), Cause.ASLEEP),
        (BotFacts(RETRYING, Trouble.LOCAL, waking=True), Cause.FAULT),
        (BotFacts(RETRYING, Trouble.FLOOD), Cause.FLOOD_WAIT),
        (BotFacts(RETRYING, Trouble.NONE, deaf=True), Cause.DEAF),
        (BotFacts(REFUSED, Trouble.VOID), Cause.REVOKED),
        (BotFacts(REFUSED, Trouble.RIVAL), Cause.RIVAL),
        (BotFacts(ONLINE, rival=True, deaf=True, flooded=True), Cause.RIVAL),
        (BotFacts(ONLINE, deaf=True, flooded=True), Cause.DEAF),
        (BotFacts(ONLINE, flooded=True, waking=True), Cause.FLOOD_WAIT),
        (BotFacts(ONLINE, muted=True, privacy_mode=True), Cause.NO_RIGHTS),
        (BotFacts(ONLINE, privacy_mode=True), Cause.PRIVACY_MODE),
        (BotFacts(REFUSED, Trouble.VOID, paused=True), Cause.PAUSED),
        (BotFacts(BotPhase.STOPPED, flooded=True), Cause.STOPPED),
    ],
)
def test_the_most_pressing_is_named(facts: BotFacts, cause: Cause) -> None:
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
