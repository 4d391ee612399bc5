"""A notice reaches the person by the first way that delivers, and says what the alert says."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from dbus_fast import Message
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from desktop.event_loop.tasks import Tasks
from desktop.shell.dbus_notifications import DBusPresenter
from desktop.shell.notice import Notice, Urgency, of_alert
from desktop.shell.notices import Notices
from desktop.shell.notifications import BannerPresenter, Notifier, TrayPresenter
from engine.watch.alert import AlertFigures, Severity
from engine.watch.alert_kinds.memory_high import MemoryHigh
from engine.watch.alert_kinds.registry import ALERT_KINDS
from engine.watch.alert_kinds.telegram_unreachable import TelegramUnreachable
from engine.wording.states import State
from tests.desktop.scripted_link import START, ScriptedLink
from tests.support.alerts import some_alert

ALERT = some_alert(TelegramUnreachable, START)


class Recorder:
    """A way that delivers or not, as told."""

    def __init__(self, delivers: bool) -> None:
        self.delivers = delivers
        self.asked: list[Notice] = []
        self.withdrawn: list[str] = []

    async def present(self, notice: Notice) -> bool:
        self.asked.append(notice)
        return self.delivers

    async def withdraw(self, key: str) -> None:
        self.withdrawn.append(key)


class Icon:
    """Stands for a tray icon and keeps what it was told to show."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, str]] = []

    def showMessage(  # noqa: N802 - Qt's name
        self, title: str, body: str, icon: QSystemTrayIcon.MessageIcon | None = None
    ) -> None:
        self.shown.append((title, body))


async def test_the_first_way_that_delivers_is_the_last_one_asked() -> None:
    ways = Recorder(False), Recorder(True), Recorder(True)
    assert await Notifier(ways).notify(ALERT)
    assert [len(way.asked) for way in ways] == [1, 1, 0]
    notice = ways[0].asked[0]
    assert notice.key == ALERT.key
    assert "Telegram cannot be reached" in notice.body


async def test_nobody_delivering_is_said() -> None:
    assert not await Notifier([Recorder(False)]).notify(ALERT)


@pytest.mark.parametrize("there", [True, False])
async def test_the_tray_delivers_only_where_a_tray_is(qapp: QApplication, there: bool) -> None:
    icon = Icon()
    tray = TrayPresenter(lambda: cast("QSystemTrayIcon", icon), lambda: there)
    assert await tray.present(Notice("title", "body")) is there
    assert icon.shown == ([("title", "body")] if there else [])


async def test_a_balloon_goes_when_its_alert_is_over_and_another_stays(qapp: QApplication) -> None:
    icon = Icon()
    tray = TrayPresenter(lambda: cast("QSystemTrayIcon", icon), lambda: True)
    await tray.present(Notice("title", "body", key="one"))
    await tray.withdraw("another")
    assert len(icon.shown) == 1
    await tray.withdraw("one")
    assert icon.shown[1:] == [("", "")]


async def test_the_banner_always_delivers() -> None:
    class Place:
        shown: Notice | None = None

        def show_notice(self, notice: Notice) -> None:
            self.shown = notice

        def withdraw(self, key: str) -> None:
            if self.shown is not None and self.shown.key == key:
                self.shown = None

    place, notice = Place(), Notice("title", "body", key="key")
    banner = BannerPresenter(lambda: place)
    assert await banner.present(notice)
    assert place.shown is notice
    await banner.withdraw("key")
    assert place.shown is None


@pytest.mark.parametrize("address", [None, "unix:path=/nonexistent/bus", "nonsense"])
async def test_without_a_bus_nothing_is_delivered_and_nothing_breaks(
    monkeypatch: pytest.MonkeyPatch, address: str | None
) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    if address is not None:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    presenter = DBusPresenter()
    assert not await presenter.present(Notice("title", "body"))
    presenter.close()


class Bus:
    """Stands for a session bus whose daemon answers as told."""

    connected = True

    def __init__(self, answers: bool, abilities: tuple[str, ...] = ("body", "body-markup")) -> None:
        self.answers = answers
        self.abilities = list(abilities)
        self.heard: list[Message] = []  # but questions for what it can do

    async def call(self, message: Message) -> Message:
        message.serial = message.serial or len(self.heard) + 1
        if message.member == "GetCapabilities" and self.answers:
            return Message.new_method_return(message, "as", [self.abilities])
        self.heard.append(message)
        if self.answers:
            return Message.new_method_return(message, "u", [40 + len(self.heard)])
        return Message.new_error(message, "org.freedesktop.DBus.Error.ServiceUnknown", "nobody")

    def disconnect(self) -> None:
        self.connected = False


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Callable[[Bus], None]:
    """Puts a bus in the place of the session's own."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/stand-in")

    def connect(bus: Bus) -> None:
        async def connected(_presenter: DBusPresenter) -> Bus:
            return bus

        monkeypatch.setattr(DBusPresenter, "_connected", connected)

    return connect


async def test_a_daemon_that_answers_delivered_and_a_later_notice_replaces(
    connect: Callable[[Bus], None],
) -> None:
    bus = Bus(answers=True)
    connect(bus)
    presenter = DBusPresenter()
    loud = Urgency.CRITICAL
    assert await presenter.present(Notice("one", "a <b> & c", key="key", urgency=loud))
    assert await presenter.present(Notice("two", "", key="key", urgency=loud))
    assert await presenter.present(Notice("three", "", key="other"))
    bodies = [message.body for message in bus.heard]
    assert [body[1] for body in bodies] == [0, 41, 0]
    assert bodies[0][3:5] == ["one", "a &lt;b&gt; &amp; c"]
    assert [body[6]["urgency"].value for body in bodies] == [2, 2, 0]
    assert Path(bodies[0][2]).is_file()


async def test_a_daemon_that_reads_no_markup_gets_the_words_as_they_are(
    connect: Callable[[Bus], None],
) -> None:
    bus = Bus(answers=True, abilities=("body",))
    connect(bus)
    await DBusPresenter().present(Notice("title", "a <b> & c"))
    assert bus.heard[0].body[4] == "a <b> & c"


async def test_a_notice_bears_the_mark_of_its_state(
    qapp: QApplication, connect: Callable[[Bus], None]
) -> None:
    bus = Bus(answers=True)
    connect(bus)
    presenter = DBusPresenter()
    for state in (State.DEGRADED, State.NORMAL):
        await presenter.present(Notice("title", "body", state=state))
    images = [message.body[6]["image-data"].value for message in bus.heard]
    for width, height, stride, has_alpha, bits, channels, pixels in images:
        assert (width, height, has_alpha, bits, channels) == (64, 64, True, 8, 4)
        assert len(pixels) == stride * height
    assert images[0][6] != images[1][6]


async def test_what_is_over_is_closed_at_the_daemon_and_said_to_be_over_once(
    connect: Callable[[Bus], None],
) -> None:
    bus = Bus(answers=True)
    connect(bus)
    notifier = Notifier([DBusPresenter()])
    await notifier.notify(ALERT)
    await notifier.settle(ALERT)
    await notifier.settle(ALERT)
    assert [message.member for message in bus.heard] == ["Notify", "CloseNotification", "Notify"]
    assert bus.heard[1].body == [41]
    assert bus.heard[2].body[3:5] == ["Gavatcore: back again", "Telegram can be reached again."]


async def test_an_alert_that_ends_while_it_is_being_told_leaves_nothing_behind() -> None:
    class Slow(Recorder):
        async def present(self, notice: Notice) -> bool:
            await asyncio.sleep(0)
            return await super().present(notice)

    way = Slow(True)
    notifier = Notifier([way])
    alert = some_alert(MemoryHigh, START)
    await asyncio.gather(notifier.notify(alert), notifier.settle(alert))
    assert way.withdrawn == [alert.key]


async def test_what_is_still_shown_at_the_end_is_taken_away() -> None:
    way = Recorder(True)
    notifier = Notifier([way])
    await notifier.notify(ALERT)
    await notifier.close()
    assert way.withdrawn == [ALERT.key]


@pytest.mark.parametrize("kind", ALERT_KINDS)
def test_only_what_a_person_can_mend_is_urgent_and_asks_for_them(kind: type[AlertFigures]) -> None:
    notice = of_alert(some_alert(kind, START, Severity.CRITICAL))
    heals = kind is TelegramUnreachable or "themselves" in notice.body
    asks = notice.title == "Gavatcore needs you now"
    assert asks is (notice.urgency is Urgency.CRITICAL)
    assert not (heals and asks)


async def test_what_is_on_its_way_to_the_screen_at_the_end_is_taken_away() -> None:
    class Slow(Recorder):
        async def present(self, notice: Notice) -> bool:
            began.set()
            await shown.wait()
            return await super().present(notice)

    began, shown = asyncio.Event(), asyncio.Event()
    way = Slow(True)
    notifier = Notifier([way])
    telling = asyncio.create_task(notifier.notify(ALERT))
    await began.wait()
    telling.cancel()
    closing = asyncio.create_task(notifier.close())
    await asyncio.wait({telling})
    shown.set()
    await closing
    assert way.withdrawn == [ALERT.key]


async def test_the_engines_alerts_are_told_and_taken_back(qapp: QApplication) -> None:
    link, tasks, way = ScriptedLink(), Tasks(), Recorder(True)
    Notices(Notifier([way]), tasks).attach(link)
    link.raise_alert(ALERT)
    link.clear_alert(ALERT)
    await tasks.idle()
    assert [notice.state for notice in way.asked] == [State.DEGRADED, State.NORMAL]
    assert way.withdrawn == [ALERT.key]


async def test_a_bus_without_a_daemon_did_not_deliver(connect: Callable[[Bus], None]) -> None:
    connect(Bus(answers=False))
    assert not await DBusPresenter().present(Notice("title", "body"))
