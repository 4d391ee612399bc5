"""Every kind of alert says its figures, and is read back from what was stored of it."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.storage.database.sqlite.trouble import moved
from engine.storage.locations.by_url import FILE_NAME
from engine.watch.alert import Alert, AlertFigures
from engine.watch.alert_kinds.bot_refused import BotRefused
from engine.watch.alert_kinds.bot_rival import BotRival
from engine.watch.alert_kinds.bots_deaf import BotsDeaf
from engine.watch.alert_kinds.bots_flooded import BotsFlooded
from engine.watch.alert_kinds.bots_muted import BotsMuted
from engine.watch.alert_kinds.bots_offline import BotsOffline
from engine.watch.alert_kinds.cache_trouble import CacheTrouble
from engine.watch.alert_kinds.cpu_high import CpuHigh
from engine.watch.alert_kinds.files_short import FilesShort
from engine.watch.alert_kinds.internal_error import InternalError
from engine.watch.alert_kinds.loop_slow import LoopSlow
from engine.watch.alert_kinds.memory_high import MemoryHigh
from engine.watch.alert_kinds.messages_expired import MessagesExpired
from engine.watch.alert_kinds.messages_unreadable import MessagesUnreadable
from engine.watch.alert_kinds.registry import ALERT_KINDS, read_figures
from engine.watch.alert_kinds.storage_trouble import StorageFailing
from engine.watch.alert_kinds.telegram_unreachable import TelegramUnreachable
from engine.watch.alert_lines import AlertRecord, alert_line, alert_record
from engine.wording.formatting import clock_time
from tests.support.alerts import some_figures

NB = "\N{NO-BREAK SPACE}"
AT = 1_764_400_000.0

SAID: tuple[tuple[AlertFigures, str], ...] = (
    (MemoryHigh(530.4, 512), f"Memory is at 530{NB}MiB; the threshold is 512{NB}MiB."),
    (CpuHigh(93.2, 80), "The CPU is at 93%; the threshold is 80%."),
    (LoopSlow(180.0), f"lags by 180{NB}ms"),
    (BotsOffline(4, 20, "bot07", "x"), "4 of 20 bots are offline."),
    (BotRefused(1, 20, "bot07", "token revoked"), "refused bot07. token revoked"),
    (BotRefused(1, 20, "bot07"), "refused bot07: renew its token."),
    (BotRival(1, 20, "bot07"), "uses bot07: end it, or revoke its token in @BotFather."),
    (BotsDeaf(3, 20, "bot07"), "sends 3 bots no updates"),
    (BotsFlooded(1, 20, "bot07", until=AT + 60, at=AT), f"until {clock_time(AT + 60)}."),
    (BotsFlooded(2, 20, "bot07"), "asked 2 bots to wait."),
    (BotsMuted(2, 20, "bot07"), "2 bots may not write"),
    (FilesShort(1200, 1024), "needs 1,200 open files, the system allows 1,024: raise"),
    (FilesShort(216, 64, places=8), "only 8 bots run"),
    (FilesShort(136, 64, used_up=True), "All 64 open files"),
    (FilesShort(136, None, used_up=True), "more open files than the system allows"),
    (TelegramUnreachable(20, 20, "b", "x"), "Telegram cannot be reached."),
    (StorageFailing("The disk is full."), "none are answered. The disk is full."),
    (CacheTrouble("Redis does not answer."), "Redis does not answer."),
    (MessagesExpired(12), "12 messages came too late"),
    (MessagesUnreadable(12, "anna"), "anna: 12 messages or updates hold"),
    (InternalError(1, "KeyError"), "(KeyError)"),
    (InternalError(1, "No backup was made."), "No backup was made."),
)

# As an engine wrote them that joined figures by their names: JSON, and what is said of it.
FORMER = (
    ("memory_high", '{"rss_mb": 530.4, "threshold_mb": 512}', "Memory is at 530"),
    ("loop_slow", '{"p99_ms": 180.0, "threshold_ms": 250.0}', "lags by 180"),
    (
        "bots_flooded",
        '{"count": 2, "total": 9, "bot": "a", "problem": "", "until": 0.0}',
        "Telegram asked 2 bots to wait.",
    ),
    (
        "bot_rival",
        '{"count": 1, "total": 9, "bot": "a", "problem": "", "until": 0.0}',
        "Another program uses a:",
    ),
    ("files_short", '{"needed": 9, "allowed": 8, "used_up": 1}', "All 8 open files"),
    ("files_short", '{"needed": 9, "allowed": 0}', "more open files than the system allows"),
    ("files_short", '{"needed": 9, "allowed": 8, "places": 1}', "only 1 bot runs"),
    ("messages_unreadable", '{"count": 1, "bot": "a"}', "a: 1 message or update holds"),
    ("internal_error", '{"count": 1, "error": "KeyError"}', "(KeyError)"),
)


@pytest.mark.parametrize(("figures", "words"), SAID)
def test_an_alert_says_its_figures(figures: AlertFigures, words: str) -> None:
    sentence = Alert.of(figures, AT).sentence
    assert words in sentence
    assert "{" not in sentence


def test_every_kind_is_told_apart_and_has_a_sentence_that_is_tested() -> None:
    assert {type(figures) for figures, _words in SAID} == set(ALERT_KINDS)
    assert len({kind.code for kind in ALERT_KINDS}) == len(ALERT_KINDS)


@pytest.mark.parametrize("kind", ALERT_KINDS)
def test_an_alert_that_was_stored_is_read_back_as_it_was(kind: type[AlertFigures]) -> None:
    alert = Alert.of(some_figures(kind), AT)
    stored = msgspec.json.decode(msgspec.json.encode(alert_record(alert)), type=AlertRecord)
    assert read_figures(stored.kind, stored.figures) == alert.figures
    assert alert_line(stored).sentence == alert.sentence


@pytest.mark.parametrize(("kind", "text", "words"), FORMER)
def test_what_a_former_version_stored_still_has_its_sentence(
    kind: str, text: str, words: str
) -> None:
    assert words in alert_line(AlertRecord(kind, "warning", AT, json.loads(text))).sentence


@pytest.mark.parametrize(("kind", "figures"), [("tide_high", {"m": 3}), ("memory_high", {})])
def test_what_another_version_stored_is_named_where_it_cannot_be_read(
    kind: str, figures: dict[str, Any]
) -> None:
    line = alert_line(AlertRecord(kind, "critical", AT, figures, AT + 5))
    assert kind in line.sentence
    assert (line.severity, line.cleared_at) == ("critical", AT + 5)


def test_what_to_do_about_the_storage_is_never_cut_off() -> None:
    file = Path("/home/somebody/.local/share/gavatcore") / FILE_NAME
    said = StorageFailing(moved(file).sentence).sentence
    assert said.endswith("put it back, and storing goes on by itself.")
