"""Every code the engine may give has words of its own."""

from dataclasses import replace

import pytest

from engine.bots.connection.cause import Cause
from engine.bots.connection.state import BotPhase, BotState
from engine.bots.skip_reason import SkipReason
from engine.cache.stats import Level
from engine.gates import Gate
from engine.replies.completion import Refusal
from engine.replies.providers.failure import TIMEOUTS, Failure
from engine.replies.stats import Source, StaticReason
from engine.telegram.sessions.lock_check import LockCheck, LockOutcome
from engine.watch.collection import Collection
from engine.watch.emergency_state import EmergencyCause, EmergencyState
from engine.wording.answers import source_word, static_reason_word
from engine.wording.bots import bot_advice, bot_sentence, bots_summary, silent_sentences
from engine.wording.caches import level_word
from engine.wording.causes import cause_advice, cause_word
from engine.wording.collections import collection_sentence
from engine.wording.emergency import emergency_effect, emergency_title, gate_word
from engine.wording.formatting import clock_time
from engine.wording.locks import lock_outcome_word, lock_summary
from engine.wording.outcomes import skip_word
from engine.wording.providers import failure_word
from engine.wording.states import State, fleet_sentence, state_reason, state_word

START = 1_764_400_000.0
CHECKS = (
    LockCheck("a", LockOutcome.SOUND),
    LockCheck("b", LockOutcome.OWN),
    LockCheck("c", LockOutcome.RECOVERED),
    LockCheck("d", LockOutcome.HELD),
    LockCheck("e", LockOutcome.SET_ASIDE),
    LockCheck("f", LockOutcome.FAILED),
)


def test_every_state_phase_and_outcome_has_a_word_of_its_own() -> None:
    words = [
        *map(state_word, State),
        *map(cause_word, Cause),
        *(cause_advice(cause, "bot07") for cause in Cause),
        *map(lock_outcome_word, LockOutcome),
        *map(skip_word, SkipReason),
        *map(source_word, Source),
        *map(static_reason_word, (*StaticReason, *Refusal)),
        *map(gate_word, Gate),
        *map(level_word, Level),
    ]
    assert len(set(words)) == len(words)
    assert not [word for word in words if "_" in word or (word.islower() and len(word) < 4)]


def test_every_failure_of_a_provider_has_a_word() -> None:
    words = [failure_word(failure) for failure in Failure if failure not in TIMEOUTS]
    assert "_" not in "".join(words)
    assert all(failure_word(failure) == "too slow" for failure in TIMEOUTS)


@pytest.mark.parametrize("state", State)
def test_every_state_says_why(state: State) -> None:
    assert state_reason(state, 0).endswith(".")
    assert state_reason(State.DEGRADED, 2) == "2 active alerts."


@pytest.mark.parametrize("cause", list(EmergencyCause))
def test_emergency_says_since_when_why_and_what_is_off(cause: EmergencyCause) -> None:
    state = EmergencyState(START, cause, (Gate.LLM_CALLS, Gate.ANNOUNCEMENTS))
    others = {emergency_title(EmergencyState(START, other, ()), START) for other in EmergencyCause}
    assert len(others) == len(EmergencyCause)
    assert emergency_title(state, START) in others
    assert clock_time(START) in emergency_title(state, START)
    assert "LLM calls, announcements" in emergency_effect(state)
    assert emergency_effect(replace(state, closed=())) == "Nothing is off."


def test_a_bot_that_waits_says_why_and_until_when() -> None:
    time = clock_time(START + 60)
    bot = BotState("bot07", BotPhase.RETRYING, retry_at=START + 60, cause=Cause.TELEGRAM)
    assert bot_sentence(bot, START) == f"bot07: Telegram cannot be reached, again at {time}"
    flooded = BotState("bot07", BotPhase.ONLINE, flood_until=START + 60, cause=Cause.FLOOD_WAIT)
    assert bot_sentence(flooded, START) == f"bot07: flood wait until {time}"
    barred = BotState("a", BotPhase.RETRYING, retry_at=START + 60, cause=Cause.FLOOD_WAIT)
    assert bot_sentence(barred, START) == f"a: flood wait until {time}"
    muted = BotState("a", BotPhase.ONLINE, cause=Cause.NO_RIGHTS, muted_in=("Chess", "Go"))
    assert bot_sentence(muted, START) == "a: may not write in Chess, Go"


def test_a_bot_that_sees_too_little_to_join_in_is_named_with_what_to_do() -> None:
    private = BotState("a", BotPhase.ONLINE, cause=Cause.PRIVACY_MODE)
    blind = replace(private, privacy_mode_in=("Chess", "Go"))
    assert bot_sentence(blind, START) == "a: sees too little to talk in Chess, Go"
    assert "/setprivacy" in bot_advice(blind)
    assert bot_advice(private) == cause_advice(Cause.PRIVACY_MODE, "a")


def test_many_bots_with_one_cause_are_one_sentence_and_the_urgent_come_first() -> None:
    away = [BotState(f"b{n}", BotPhase.RETRYING, cause=Cause.TELEGRAM) for n in range(198)]
    paused = BotState("a", BotPhase.STOPPED, cause=Cause.PAUSED)
    refused = BotState("z", BotPhase.REFUSED, problem="Banned.", cause=Cause.REVOKED)
    private = BotState("p", BotPhase.ONLINE, cause=Cause.PRIVACY_MODE)
    bots = [paused, *away, private, refused]
    assert silent_sentences(bots, START) == [
        ("z: Banned", 1),
        ("198 bots: Telegram cannot be reached", 198),
        ("a: paused by you", 1),
    ]
    assert bots_summary(bots) == "200 of 201 bots are silent."
    assert bots_summary([private]) == "The bot answers."


def test_a_problem_others_wrote_stays_one_short_line() -> None:
    problem = "first\nsecond " + "long " * 100
    bot = BotState("bot07", BotPhase.REFUSED, problem=problem, cause=Cause.REVOKED)
    sentence = bot_sentence(bot, START)
    assert "\n" not in sentence
    assert sentence.endswith("…")
    assert len(sentence) < 90


def test_a_collection_that_freed_nothing_says_so() -> None:
    nothing = collection_sentence(Collection(5000, 5000, 0, 180 << 20, 180 << 20, 0.05))
    assert "5,000 → 5,000 (±0)" in nothing
    assert "(±0.0\N{NO-BREAK SPACE}MiB)" in nothing


def test_a_collection_that_grew_is_not_sold_as_a_gain() -> None:
    grown = collection_sentence(Collection(5000, 5010, 0, 180 << 20, 182 << 20, 0.05))
    assert "(+10)" in grown
    assert "(+2.0\N{NO-BREAK SPACE}MiB)" in grown


def test_the_locks_are_summed_up() -> None:
    assert lock_summary(CHECKS) == "6 sessions checked: 1 recovered, 3 to look at."
    assert "no session" in lock_summary(())


def test_the_fleet_is_one_sentence() -> None:
    assert fleet_sentence(20, 20) == "All 20 bots are online."
    assert fleet_sentence(19, 20) == "19 of 20 bots are online."
    assert fleet_sentence(1, 1) == "The bot is online."
    assert fleet_sentence(0, 1) == "The bot is not online."
