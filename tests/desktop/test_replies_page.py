"""The second page: what a person reads there of replies, providers, talk and caches."""

import gettext
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import engine.language
from desktop.pages.replies import Replies
from desktop.widgets.figures_table import FiguresTable
from engine.bots.connection.cause import Cause
from engine.bots.connection.state import BotPhase, BotState
from engine.bots.unasked.stats import AnnouncementStats
from engine.replies.providers.failure import Failure
from engine.replies.providers.limits.breaker import BreakerState
from engine.replies.providers.stats import ProviderStats
from engine.wording.formatting import clock_time
from tests.desktop.desk import Desk, lay_desk, show
from tests.desktop.reply_figures import WELL, busy
from tests.desktop.test_window import Longer, texts, written

NB = "\N{NO-BREAK SPACE}"


@pytest.fixture
def desk(qapp: QApplication, qtbot: QtBot) -> Desk:
    desk = lay_desk(qapp, qtbot)
    desk.link.tick(60, quiet=True)
    return desk


def open_page(desk: Desk, qtbot: QtBot) -> Replies:
    show(desk, qtbot)
    QTest.mouseClick(desk.window.choice.buttons[1], Qt.MouseButton.LeftButton)
    page = desk.window.pages.opened(Replies)
    assert page is not None
    return page


def column(table: FiguresTable, title: str, role: int = Qt.ItemDataRole.DisplayRole) -> list[str]:
    """What stands under a title, from top to bottom."""
    model = table.figures
    place = [each.title for each in model.columns].index(title)
    return [model.data(model.index(row, place), role) for row in range(model.rowCount())]


def show_provider(desk: Desk, provider: ProviderStats) -> None:
    completions = replace(desk.link.now.completions, providers=(provider,))
    desk.link.now = replace(desk.link.now, completions=completions)
    desk.window.refresh()


def test_the_page_is_built_when_it_is_first_wanted_and_alone_kept_up_to_date(
    desk: Desk, qtbot: QtBot
) -> None:
    assert desk.window.pages.opened(Replies) is None
    page = open_page(desk, qtbot)
    assert page.isVisible()
    uptime = desk.overview.uptime.text
    desk.link.now = busy(desk.link.now)
    desk.link.tick(120)
    assert page.answers.text == "Answers: 3,607, 17 repeated"
    assert desk.overview.uptime.text == uptime
    QTest.mouseClick(desk.window.choice.buttons[0], Qt.MouseButton.LeftButton)
    assert desk.overview.isVisible()
    assert desk.overview.uptime.text != uptime


def test_the_tiles_say_answers_cache_calls_and_what_they_took(desk: Desk, qtbot: QtBot) -> None:
    desk.link.now = busy(desk.link.now)
    page = open_page(desk, qtbot)
    assert [tile.text for tile in page.tiles] == [
        "Answers: 3,607, 17 repeated",
        "From the cache: 41%, 956 of 2,266",
        "LLM calls: 1,333, 3 wait in line",
        "429s: 15, 1.1% of all",
        f"Tokens today: 1.7{NB}M, of 5.0{NB}M",
        "Cost today: $5.44, of $10.00",
    ]


def test_answers_are_told_by_where_they_came_from_and_static_ones_by_why(
    desk: Desk, qtbot: QtBot
) -> None:
    desk.link.now = busy(desk.link.now)
    page = open_page(desk, qtbot)
    assert page.shares.rows.text.splitlines() == [
        "Small talk: 36%, 1,310",
        "Cache, same words: 21%, 744",
        "Cache, same meaning: 5.9%, 212",
        "Generated: 33%, 1,190",
        "Static: 4.2%, 151",
    ]
    assert page.reasons.rows.text.splitlines() == [
        "The person has not agreed: 120",
        "Every provider failed: 14",
        "The budget is spent: 12",
        "No draft passed the checks: 5",
    ]


def test_each_provider_says_how_it_does(desk: Desk, qtbot: QtBot) -> None:
    desk.link.now = busy(desk.link.now)
    table = open_page(desk, qtbot).providers
    until = clock_time(desk.link.at + 1500, now=desk.link.at)
    assert column(table, "Provider")[0] == "groq\nllama-3.3-70b-versatile"
    states = ["ok", f"resting until {until}", "key missing", "breaker open", "budget spent"]
    assert column(table, "State") == states
    assert column(table, "In flight")[:2] == ["2 of 8", "0 of 8"]
    assert column(table, "First token")[:2] == [f"310{NB}ms\np95 1.2{NB}s", "–"]
    assert column(table, "Calls")[0] == "1,204\n14 failed"
    failures = column(table, "Calls", Qt.ItemDataRole.ToolTipRole)[0]
    assert failures.splitlines() == ["11 × too slow", "3 × too many calls (429)"]
    assert column(table, "Today")[:2] == [f"701{NB}k tokens\n$0.43", "41,200 tokens\n$0.0061"]
    assert column(table, "Budget") == ["70%", "4%", "0%", "–", "100%"]
    told = column(table, "State", Qt.ItemDataRole.ToolTipRole)
    assert told[2] == "Run: gavatcore providers add gemini"


@pytest.mark.parametrize(
    ("failure", "breaker", "state"),
    [
        (Failure.NO_KEY, BreakerState.HALF_OPEN, "key missing"),
        (Failure.KEY_REFUSED, BreakerState.OPEN, "key refused"),
        (Failure.UNKNOWN_MODEL, BreakerState.OPEN, "unknown model"),
        (Failure.SERVER_ERROR, BreakerState.OPEN, "breaker open"),
        (Failure.SERVER_ERROR, BreakerState.HALF_OPEN, "being tried"),
        (Failure.SERVER_ERROR, BreakerState.CLOSED, "ok"),
    ],
)
def test_a_provider_that_is_cut_off_says_why(
    desk: Desk, qtbot: QtBot, failure: Failure, breaker: BreakerState, state: str
) -> None:
    page = open_page(desk, qtbot)
    show_provider(desk, replace(WELL, breaker=breaker, last_failure=failure))
    assert column(page.providers, "State") == [state]


def test_a_rest_that_is_over_is_not_shown(desk: Desk, qtbot: QtBot) -> None:
    page = open_page(desk, qtbot)
    show_provider(desk, replace(WELL, resting_until=desk.link.at + 5))
    assert column(page.providers, "State")[0].startswith("resting until")
    desk.link.tick(6)
    assert column(page.providers, "State") == ["ok"]


def test_every_provider_is_off_while_no_call_may_leave(desk: Desk, qtbot: QtBot) -> None:
    desk.link.now = busy(desk.link.now)
    page = open_page(desk, qtbot)
    desk.link.enter_emergency()
    assert set(column(page.providers, "State")) == {"off"}
    assert "They are off at the moment." in texts(page.announcements)
    desk.link.leave_emergency()
    assert column(page.providers, "State")[0] == "ok"


def test_where_there_is_nothing_the_page_says_what_to_do(desk: Desk, qtbot: QtBot) -> None:
    desk.link.now = replace(desk.link.now, caches=(), llm_calls=0)
    page = open_page(desk, qtbot)
    assert "gavatcore providers add groq" in texts(page.no_providers)
    assert not page.providers.isVisible()
    assert "Nobody has been answered" in texts(page.shares)
    assert "/subscribe, said by an administrator" in texts(page.announcements)
    assert "/subscribe talk, said by an administrator" in texts(page.talk)
    assert not any("0" in tile.text for tile in page.tiles if tile is not page.refused)
    desk.link.now = busy(desk.link.now)
    desk.window.refresh()
    assert page.providers.isVisible()
    assert not page.no_providers.isVisible()


def test_bots_that_cannot_join_in_are_named_with_what_to_do(desk: Desk, qtbot: QtBot) -> None:
    page = open_page(desk, qtbot)
    unread = ("Chess",)
    names = [f"bot{number:02}" for number in range(1, 8)]
    desk.link.set_bots(
        *(
            BotState(n, BotPhase.ONLINE, cause=Cause.PRIVACY_MODE, privacy_mode_in=unread)
            for n in names
        )
    )
    desk.window.refresh()
    said = texts(page.talk)
    assert "bot01, bot02, bot03, bot04, bot05, 2 more." in said
    assert "/setprivacy" in said


def test_announcements_count_chats_and_messages(desk: Desk, qtbot: QtBot) -> None:
    figures = AnnouncementStats(subscribed=1200, paused=3, sent=318, dropped=4)
    desk.link.now = replace(desk.link.now, announcements=figures)
    page = open_page(desk, qtbot)
    assert page.announcements.rows.text.splitlines()[0] == "Chats that subscribed: 1,200"
    assert "Sent since the start: 318" in page.announcements.rows.text


def test_each_cache_says_its_size_ratio_by_level_and_trouble(desk: Desk, qtbot: QtBot) -> None:
    desk.link.now = busy(desk.link.now)
    table = open_page(desk, qtbot).caches
    assert column(table, "Cache") == ["profile", "gpt", "log", "session"]
    assert column(table, "Entries")[0] == "3,411"
    assert column(table, "MiB")[:1] == ["5.0"]
    assert column(table, "Last minute") == ["93%", "41%", "93%", "–"]
    assert column(table, "Memory") == ["95%", "95%", "95%", "–"]
    assert column(table, "Redis") == ["", "35%", "", ""]
    assert column(table, "Disk") == ["28%", "28%", "", ""]
    assert column(table, "State") == ["ok", "Redis away", "ok", "ok"]


def test_a_cache_that_holds_little_is_not_shown_as_empty(desk: Desk, qtbot: QtBot) -> None:
    (first, *others) = busy(desk.link.now).caches
    desk.link.now = replace(desk.link.now, caches=(replace(first, bytes=20_000), *others))
    assert column(open_page(desk, qtbot).caches, "MiB") == ["<0.1", "5.0", "1.0", "0.0"]


def test_a_tick_touches_only_the_cells_that_changed(desk: Desk, qtbot: QtBot) -> None:
    desk.link.now = busy(desk.link.now)
    page = open_page(desk, qtbot)
    changed: list[tuple[int, int]] = []
    page.providers.figures.dataChanged.connect(
        lambda first, _last: changed.append((first.row(), first.column()))
    )
    desk.link.tick()
    assert changed == []
    first, *others = desk.link.now.completions.providers
    first = replace(first, in_flight=3)
    completions = replace(desk.link.now.completions, providers=(first, *others))
    desk.link.now = replace(desk.link.now, completions=completions)
    desk.link.tick()
    assert changed == [(0, 2)]


def test_a_provider_that_goes_takes_its_row_along(desk: Desk, qtbot: QtBot) -> None:
    desk.link.now = busy(desk.link.now)
    page = open_page(desk, qtbot)
    height = page.providers.height()
    show_provider(desk, replace(WELL, name="alone"))
    QApplication.processEvents()
    assert column(page.providers, "Provider") == ["alone\nllama-3.3-70b-versatile"]
    assert page.providers.height() < height


@pytest.mark.parametrize("size", [(800, 600), (1000, 700)])
@pytest.mark.parametrize(
    "language", [gettext.NullTranslations(), engine.language._speaker("tr"), Longer()]
)
def test_no_figure_is_cut_off(
    qapp: QApplication,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
    language: gettext.NullTranslations,
) -> None:
    monkeypatch.setattr(engine.language, "_catalogue", language)
    desk = lay_desk(qapp, qtbot)
    desk.window.resize(*size)
    desk.link.now = busy(desk.link.now)
    page = open_page(desk, qtbot)
    QApplication.processEvents()
    assert (desk.window.width(), desk.window.height()) == size
    assert [tile.text for tile in page.tiles if tile.cut_off] == []
    assert page.providers.cut_off == []
    assert page.caches.cut_off == []
    for card in (page.shares, page.reasons, page.announcements, page.talk):
        assert not card.rows.cut_off
        assert all(part.height() >= part.heightForWidth(part.width()) for part in written(card))


def test_every_part_that_takes_the_focus_has_a_name(desk: Desk, qtbot: QtBot) -> None:
    desk.link.now = busy(desk.link.now)
    page = open_page(desk, qtbot)
    focusable = [
        part
        for part in page.findChildren(QWidget)
        if part.isVisible() and part.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert {page.providers, page.caches} <= set(focusable)
    assert all(part.accessibleName() for part in focusable)
