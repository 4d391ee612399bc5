"""A notice reaches the person by the first way that delivers, and says what the alert says."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from dbus_fast import Message
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from desktop.dbus_notifications import DBusPresenter
from desktop.notice import Notice
from desktop.notifications import BannerPresenter, Notifier, TrayPresenter
from engine.watch.alert import Alert, AlertKind, Severity
from tests.desktop.scripted_link import START

ALERT = Alert("t", AlertKind.TELEGRAM_UNREACHABLE, Severity.CRITICAL, START)


class Recorder:
    """A way that delivers or not, as told."""

    def __init__(self, delivers: bool) -> None:
        self.delivers = delivers
        self.asked: list[Notice] = []

    async def present(self, notice: Notice) -> bool:
        self.asked.append(notice)
        return self.delivers


class Icon:
    """Stands for a tray icon and keeps what it was told to show."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, str]] = []

    def showMessage(  # noqa: N802 - Qt's name
        self, title: str, body: str, icon: QSystemTrayIcon.MessageIcon
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
    tray = TrayPresenter(cast("QSystemTrayIcon", icon), lambda: there)
    assert await tray.present(Notice("title", "body")) is there
    assert icon.shown == ([("title", "body")] if there else [])


async def test_the_banner_always_delivers() -> None:
    shown: list[Notice] = []
    notice = Notice("title", "body")
    assert await BannerPresenter(shown.append).present(notice)
    assert shown == [notice]


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

    def __init__(self, answers: bool) -> None:
        self.answers = answers
        self.heard: list[Message] = []

    async def call(self, message: Message) -> Message:
        message.serial = message.serial or len(self.heard) + 1
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
    assert await presenter.present(Notice("one", "a <b> & c", Severity.CRITICAL, "key"))
    assert await presenter.present(Notice("two", "", Severity.CRITICAL, "key"))
    assert await presenter.present(Notice("three", "", Severity.NOTICE, "other"))
    bodies = [message.body for message in bus.heard]
    assert [body[1] for body in bodies] == [0, 41, 0]
    assert bodies[0][3:5] == ["one", "a &lt;b&gt; &amp; c"]
    assert [body[6]["urgency"].value for body in bodies] == [2, 2, 0]
    assert Path(bodies[0][2]).is_file()


async def test_a_bus_without_a_daemon_did_not_deliver(connect: Callable[[Bus], None]) -> None:
    connect(Bus(answers=False))
    assert not await DBusPresenter().present(Notice("title", "body"))
