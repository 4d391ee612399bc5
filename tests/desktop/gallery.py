"""Draws the real window in each of its states, or in those named.

`python -m tests.desktop.gallery DIRECTORY [SCENE...]`
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.actions import Actions
from desktop.event_loop.tasks import Tasks
from desktop.look.state_icon import SIZES, state_icon
from desktop.look.theme import Choice, Theme
from desktop.shell.notice import of_alert
from desktop.window import Window
from engine.bots.connection.cause import Cause
from engine.bots.connection.state import BotPhase, BotState, FleetStats
from engine.language import use_language
from engine.snapshot import EnginePhase
from engine.watch.alert import Alert
from engine.watch.alert_kinds.bot_refused import BotRefused
from engine.watch.alert_kinds.bot_rival import BotRival
from engine.watch.alert_kinds.bots_deaf import BotsDeaf
from engine.watch.alert_kinds.bots_flooded import BotsFlooded
from engine.watch.alert_kinds.bots_offline import BotsOffline
from engine.watch.alert_kinds.loop_slow import LoopSlow
from engine.watch.alert_kinds.memory_high import MemoryHigh
from engine.watch.alert_kinds.telegram_unreachable import TelegramUnreachable
from engine.watch.sample import LoopLag
from engine.wording.states import State
from tests.desktop.desk import overview
from tests.desktop.reply_figures import busy
from tests.desktop.scripted_link import CHECKS, COLLECTION, ScriptedLink

HINT = (
    "Get a token for a bot of yours from @BotFather in Telegram, add it to bots.toml in "
    "~/.config/gavatcore, and start Gavatcore again. Or run gavatcore-demo to see it at work."
)
Scene = Callable[[Window, ScriptedLink], None]


def normal(_window: Window, _link: ScriptedLink) -> None:
    """Nothing to do: the link is as it should be."""


def starting(_window: Window, link: ScriptedLink) -> None:
    link.now = replace(
        link.now, uptime=0.0, sample=None, bots=(), fleet=FleetStats(), caches=(), lag=LoopLag()
    )
    link.set_phase(EnginePhase.STARTING)


def degraded(_window: Window, link: ScriptedLink) -> None:
    link.set_bots(
        BotState("bot07", BotPhase.ONLINE, flood_until=link.at + 1500, cause=Cause.FLOOD_WAIT),
        BotState("bot11", BotPhase.REFUSED, None, "token revoked", cause=Cause.REVOKED),
        BotState("bot12", BotPhase.CONNECTING, cause=Cause.STARTING),
        BotState("bot13", BotPhase.CONNECTING, cause=Cause.STARTING),
    )
    link.raise_alert(Alert.of(BotsOffline(4, 20, "bot07"), link.at - 400))
    link.raise_alert(Alert.of(BotRefused(1, 20, "bot11", "token revoked"), link.at - 90))


def emergency(_window: Window, link: ScriptedLink) -> None:
    link.enter_emergency()


def everything(window: Window, link: ScriptedLink) -> None:
    degraded(window, link)
    link.raise_alert(Alert.of(MemoryHigh(530, 512), link.at - 30))
    link.raise_alert(Alert.of(LoopSlow(180.0), link.at - 3))
    link.enter_emergency()


def causes(window: Window, link: ScriptedLink) -> None:
    """One bot of each cause, and the list of them all."""
    phases = {Cause.REVOKED: BotPhase.REFUSED, Cause.PAUSED: BotPhase.STOPPED}
    away = {Cause.TELEGRAM, Cause.FAULT, Cause.ASLEEP}
    problems = {
        Cause.REVOKED: "The token was revoked: ask @BotFather for a new one.",
        Cause.FAULT: "The session bot05 cannot be read: file is not a database.",
    }
    link.set_bots(
        *(
            BotState(
                f"bot{place:02}",
                BotPhase.RETRYING if cause in away else phases.get(cause, BotPhase.ONLINE),
                problem=problems.get(cause),
                retry_at=link.at + 40 if cause in away else None,
                flood_until=link.at + 1500 if cause is Cause.FLOOD_WAIT else None,
                cause=cause,
                muted_in=("Chess in Kadıköy",) if cause is Cause.NO_RIGHTS else (),
            )
            for place, cause in enumerate(Cause, 1)
        )
    )
    figures = (
        BotRival(1, 20, "bot03"),
        BotsDeaf(1, 20, "bot04"),
        BotsFlooded(1, 20, "bot05", until=link.at + 1500),
    )
    for place, each in enumerate(figures):
        link.raise_alert(Alert.of(each, link.at - 100 * place))
    window.refresh()
    overview(window).bots.open_dialog()


def no_bots(_window: Window, link: ScriptedLink) -> None:
    link.now = replace(link.now, bots=(), fleet=FleetStats(), caches=())


def start_failed(window: Window, _link: ScriptedLink) -> None:
    window.show_start("/home/ada/.local/share/gavatcore/personas/mine.toml, line 3: no name.")


def locks(window: Window, _link: ScriptedLink) -> None:
    window.show_locks(CHECKS)


def collected(window: Window, _link: ScriptedLink) -> None:
    window.show_collection(COLLECTION)


def failed(window: Window, link: ScriptedLink) -> None:
    alert = Alert.of(TelegramUnreachable(20, 20), link.at)
    window.show_notice(of_alert(alert))


def pointed(window: Window, _link: ScriptedLink) -> None:
    for chart in overview(window).charts:
        chart.point_at(-300.0)
    overview(window).charts[1].setFocus()


def replies(window: Window, link: ScriptedLink) -> None:
    link.now = busy(link.now)
    unread = ("Chess in Kadıköy",)
    link.set_bots(
        *(
            BotState(name, BotPhase.ONLINE, cause=Cause.PRIVACY_MODE, privacy_mode_in=unread)
            for name in ("bot03", "bot07")
        )
    )
    window.choice.buttons[1].click()


def replies_empty(window: Window, link: ScriptedLink) -> None:
    link.now = replace(link.now, caches=busy(link.now).caches[:1], llm_calls=0)
    window.choice.buttons[1].click()


def replies_emergency(window: Window, link: ScriptedLink) -> None:
    replies(window, link)
    link.enter_emergency()


SCENES: tuple[Scene, ...] = (
    starting,
    normal,
    degraded,
    emergency,
    everything,
    causes,
    no_bots,
    start_failed,
    locks,
    collected,
    failed,
    pointed,
    replies,
    replies_empty,
    replies_emergency,
)
SIZES_SHOT = (QSize(1000, 700), QSize(840, 520))


def draw(app: QApplication, directory: Path, scenes: Sequence[Scene] = SCENES) -> None:
    theme = Theme.install(app, "light")
    choices: tuple[Choice, ...] = ("light", "dark")
    for choice in choices:
        theme.choose(choice)
        for size in SIZES_SHOT:
            for scene in scenes:
                _shoot(theme, scene, size, directory / f"{scene.__name__}-{choice}-{size.width()}")
    icons().save(str(directory / "icons.png"))


def _shoot(theme: Theme, scene: Scene, size: QSize, path: Path) -> None:
    link = ScriptedLink()
    if scene not in {starting, start_failed}:
        link.tick(1200, quiet=True)
    actions = Actions(Tasks())
    window = Window(theme, actions, tray_available=lambda: True, no_bots_hint=HINT)
    window.resize(size)
    window.show()
    QTest.qWaitForWindowExposed(window)
    if scene is starting:
        starting(window, link)
    if scene is not start_failed:
        actions.attach(link)
        window.attach(link)
    overview(window).furnish()
    QTest.qWait(30)
    scene(window, link)
    window.refresh()
    QTest.qWait(60)
    window.grab().save(f"{path}.png")
    for dialog in (window.locks_dialog, overview(window).bots.dialog):
        if dialog is not None:
            dialog.grab().save(f"{path}-dialog.png")
            dialog.close()
    window.hide()
    window.deleteLater()


def icons() -> QPixmap:
    """The tray icons, four times their size, on a light and a dark panel."""
    zoom = 4
    sheet = QPixmap(sum(SIZES) * zoom + 16 * len(SIZES), len(State) * 2 * 80)
    painter = QPainter(sheet)
    for row, (ground, state) in enumerate(
        (ground, state) for ground in ("#f0f0f0", "#202020") for state in State
    ):
        painter.fillRect(QRectF(0, row * 80, sheet.width(), 80), QColor(ground))
        left = 8
        for size in SIZES[:4]:
            pixmap = state_icon(state).pixmap(QSize(size, size))
            scaled = pixmap.scaled(pixmap.size() * 2, Qt.AspectRatioMode.KeepAspectRatio)
            painter.drawPixmap(left, row * 80 + 8, scaled)
            painter.drawPixmap(left + size * 2 + 8, row * 80 + 8, pixmap)
            left += size * 3 + 32
    painter.end()
    return sheet


def main() -> None:
    directory = Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    use_language()  # LANGUAGE=tr draws them in Turkish
    named = sys.argv[2:]
    scenes = [scene for scene in SCENES if not named or scene.__name__ in named]
    draw(QApplication([]), directory, scenes)


if __name__ == "__main__":
    main()
