"""Every code the engine may give has a sentence, with its figures or without."""

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.look.state import State
from desktop.wording.bots import bot_advice, bot_sentence, bots_summary, silent_sentences
from desktop.wording.states import (
    fleet_sentence,
    lock_outcome_word,
    state_word,
)
from engine.bots.connection.cause import Cause
from engine.bots.connection.cause_words import cause_advice, cause_word
from engine.bots.connection.state import BotPhase, BotState
from engine.commands.clean_sessions import lock_summary
from engine.commands.collect_garbage import collection_sentence
from engine.gates import Gate
from engine.storage.database.location import FILE_NAME
from engine.storage.database.sqlite.trouble import moved
from engine.telegram.sessions.lock_check import LockOutcome
from engine.watch.alert import Alert, AlertKind, Severity
from engine.watch.collection import Collection
from engine.watch.emergency_state import EmergencyCause, EmergencyState
from engine.wording.alerts import alert_sentence
from engine.wording.emergency import emergency_effect, emergency_title
from engine.wording.formatting import clock_time
from tests.desktop.scripted_link import CHECKS, START

FIGURES: dict[AlertKind, dict[str, float | str]] = {
    AlertKind.MEMORY_HIGH: {"rss_mb": 530.4, "threshold_mb": 512},
    AlertKind.CPU_HIGH: {"percent": 93.2, "threshold_percent": 80},
    AlertKind.LOOP_SLOW: {"p99_ms": 180.0, "threshold_ms": 100},
    AlertKind.BOTS_OFFLINE: {"count": 4, "total": 20, "bot": "bot07", "problem": "x"},
    AlertKind.BOT_REFUSED: {"count": 1, "total": 20, "bot": "bot07", "problem": "token revoked"},
    AlertKind.BOT_RIVAL: {"count": 1, "bot": "bot07"},
    AlertKind.BOTS_DEAF: {"count": 3, "bot": "bot07"},
    AlertKind.BOTS_FLOODED: {"count": 1, "bot": "bot07", "until": START + 60},
    AlertKind.BOTS_MUTED: {"count": 2, "bot": "bot07"},
    AlertKind.FILES_SHORT: {"needed": 1200, "allowed": 1024},
    AlertKind.TELEGRAM_UNREACHABLE: {"count": 20, "total": 20, "bot": "b", "problem": "x"},
    AlertKind.STORAGE_TROUBLE: {"problem": "The disk is full."},
    AlertKind.CACHE_TROUBLE: {"problem": "Redis does not answer."},
    AlertKind.MESSAGES_EXPIRED: {"count": 12},
    AlertKind.MESSAGES_UNREADABLE: {"count": 12, "bot": "anna"},
    AlertKind.INTERNAL_ERROR: {"count": 1, "error": "KeyError"},
}
SAID = {
    AlertKind.MEMORY_HIGH: ("530\N{NO-BREAK SPACE}MiB", "512\N{NO-BREAK SPACE}MiB"),
    AlertKind.CPU_HIGH: ("93%", "80%"),
    AlertKind.LOOP_SLOW: ("180\N{NO-BREAK SPACE}ms",),
    AlertKind.BOTS_OFFLINE: ("4 of 20",),
    AlertKind.BOT_REFUSED: ("bot07", "token revoked"),
    AlertKind.BOT_RIVAL: ("bot07", "@BotFather"),
    AlertKind.BOTS_DEAF: ("3 bots",),
    AlertKind.BOTS_FLOODED: ("bot07", clock_time(START + 60)),
    AlertKind.BOTS_MUTED: ("2 bots",),
    AlertKind.FILES_SHORT: ("1,200", "1,024"),
    AlertKind.TELEGRAM_UNREACHABLE: ("Telegram",),
    AlertKind.STORAGE_TROUBLE: ("The disk is full.",),
    AlertKind.CACHE_TROUBLE: ("Redis does not answer.",),
    AlertKind.MESSAGES_EXPIRED: ("12 messages",),
    AlertKind.MESSAGES_UNREADABLE: ("12 messages", "anna"),
    AlertKind.INTERNAL_ERROR: ("KeyError",),
}


def alert(kind: AlertKind, figures: dict[str, float | str]) -> Alert:
    return Alert("key", kind, Severity.WARNING, START, figures)


@pytest.mark.parametrize("kind", list(AlertKind))
def test_an_alert_says_its_figures_and_does_without(kind: AlertKind) -> None:
    sentence = alert_sentence(alert(kind, FIGURES[kind]))
    assert all(word in sentence for word in SAID[kind])
    bare = alert_sentence(alert(kind, {}))
    assert bare.endswith(".")
    assert "{" not in sentence + bare


def test_too_few_open_files_are_told_with_what_still_runs() -> None:
    figures: dict[str, float | str] = {"needed": 216, "allowed": 64}
    said = alert_sentence(alert(AlertKind.FILES_SHORT, figures | {"places": 8}))
    assert "only 8 bots run" in said
    said = alert_sentence(alert(AlertKind.FILES_SHORT, figures | {"used_up": 1}))
    assert said.startswith("All 64 open files")


def test_every_state_phase_and_outcome_has_a_word_of_its_own() -> None:
    words = [
        *map(state_word, State),
        *map(cause_word, Cause),
        *(cause_advice(cause, "bot07") for cause in Cause),
        *map(lock_outcome_word, LockOutcome),
    ]
    assert len(set(words)) == len(words)


@pytest.mark.parametrize("cause", list(EmergencyCause))
def test_emergency_says_since_when_why_and_what_is_off(cause: EmergencyCause) -> None:
    state = EmergencyState(START, cause, (Gate.LLM_CALLS, Gate.ANNOUNCEMENTS))
    others = {emergency_title(EmergencyState(START, other, ()), START) for other in EmergencyCause}
    assert len(others) == len(EmergencyCause)
    assert emergency_title(state, START) in others
    assert "LLM calls, announcements" in emergency_effect(state)


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
    blind = replace(private, blind_in=("Chess", "Go"))
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


def test_what_to_do_about_the_storage_is_never_cut_off() -> None:
    file = Path("/home/somebody/.local/share/gavatcore") / FILE_NAME
    figures: dict[str, float | str] = {"problem": moved(file).sentence}
    said = alert_sentence(Alert("s", AlertKind.STORAGE_TROUBLE, Severity.CRITICAL, 0.0, figures))
    assert said.endswith("put it back, and storing goes on by itself.")


def test_the_locks_are_summed_up() -> None:
    assert lock_summary(CHECKS) == "6 sessions checked: 1 recovered, 3 to look at."
    assert "no session" in lock_summary(())


def test_the_fleet_is_one_sentence() -> None:
    assert fleet_sentence(20, 20) == "All 20 bots are online."
    assert fleet_sentence(19, 20) == "19 of 20 bots are online."
    assert fleet_sentence(1, 1) == "The bot is online."
    assert fleet_sentence(0, 1) == "The bot is not online."
