"""The composition root: loop, tray, window, and the engine coming up behind them."""

import asyncio
import contextlib
import gc
import logging
import signal
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from desktop.actions import Actions
from desktop.engine_room import EngineRoom
from desktop.event_loop.error_sink import ErrorReport, ErrorSink, Origin
from desktop.event_loop.loop import QtLoop
from desktop.event_loop.tasks import Tasks
from desktop.hiding import Hiding
from desktop.languages import KeptLanguage
from desktop.look.theme import Choice, Theme
from desktop.options import Options
from desktop.shell.dbus_notifications import DBusPresenter
from desktop.shell.desktop_preference import DesktopPreference
from desktop.shell.last_dialog import FatalQt
from desktop.shell.notices import Notices
from desktop.shell.notifications import BannerPresenter, Notifier, TrayPresenter
from desktop.shell.said_once import SaidOnce
from desktop.shell.screenshot import save_screenshot
from desktop.shell.single_instance import SingleInstance
from desktop.shell.tray import Tray
from desktop.shell.tray_host import TrayHost
from engine.errors import DataDirectoryInUseError, GavatcoreError, described
from engine.files.data_lock import hold_data_directory
from engine.files.paths import open_data_directory
from engine.language import _, language, use_language
from engine.telemetry.last_words import say, words_about
from engine.telemetry.startup import Startup

if TYPE_CHECKING:
    from engine.engine import Engine

_log = logging.getLogger(__name__)


def run_desktop(options: Options) -> int:
    """Run the desktop until it is quit; return the exit status. Raises GavatcoreError."""
    with contextlib.ExitStack() as stack:
        directory = open_data_directory(options.data_dir, demo=options.demo, stack=stack)
        kept_language = KeptLanguage(directory / "language")
        use_language(kept_language.read())
        instance = SingleInstance(directory)
        try:
            stack.enter_context(hold_data_directory(directory))
        except DataDirectoryInUseError:
            if instance.raise_first():
                print(_("Gavatcore is running already: its window is in front now."))  # noqa: T201
                return 0
            raise
        with FatalQt(options.exit_after):
            app = QApplication(["gavatcore"])
        app.setApplicationName("Gavatcore")
        app.setDesktopFileName("gavatcore")
        app.setQuitOnLastWindowClosed(False)
        loop = QtLoop(app)
        with contextlib.closing(loop):
            desktop = Desktop(app, options, directory, instance, kept_language)
            status: int = loop.run_until_complete(desktop.run())
            return status


class Desktop:
    """Holds everything the person sees, and the engine behind it."""

    def __init__(
        self,
        app: QApplication,
        options: Options,
        directory: Path,
        instance: SingleInstance,
        kept_language: KeptLanguage,
    ) -> None:
        self._app = app
        self._options = options
        self._instance = instance
        self._kept_language = kept_language
        self._startup = Startup()
        self._engine: Engine | None = None
        self._directory = directory
        self._room = EngineRoom(options, directory, self._startup)
        self._opening: asyncio.Task[None] | None = None
        self._failure: str | None = None  # why the engine did not start
        self._status = 0
        self._quit = asyncio.Event()
        self._tasks = Tasks()
        self._errors = ErrorSink(self._report_error)
        self._closing_hint = SaidOnce(directory / "closing-hides.said")
        self._theme = Theme.install(app, cast("Choice", options.theme))
        self._preference = DesktopPreference(self._theme)
        self._dbus = DBusPresenter()
        self._actions = Actions(self._tasks)

    async def run(self) -> int:
        """Run until somebody quits; return the exit status."""
        loop = asyncio.get_running_loop()
        with self._errors.installed(loop):
            for number in (signal.SIGINT, signal.SIGTERM):
                with contextlib.suppress(NotImplementedError):  # Windows
                    loop.add_signal_handler(number, self._quit.set)
            self._tray = Tray(self._actions)
            self._host = TrayHost()
            self._actions.quit_wanted.connect(self._quit.set)
            self._actions.start_wanted.connect(self._begin)
            self._actions.folder_wanted.connect(self._open_folder)
            self._app.aboutToQuit.connect(self._quit.set)  # the session ends, or the dock's menu
            await asyncio.sleep(0)  # lets Qt hand the icon to the tray
            self._startup.mark("tray_ready")
            self._make_notifier()
            self._make_window()
            hiding = Hiding(self._host, self._tray, self._tasks, lambda: self._window)
            self._tray.window_toggled.connect(self._toggle_window)
            self._actions.languages.wanted.connect(self._speak)
            if self._options.hidden:
                hiding.start_hidden()
            else:
                self._window.show()
            try:
                await self._answer_second_starts()
                await self._live()
            finally:
                await self._close()
        return self._status

    async def _answer_second_starts(self) -> None:
        try:
            await self._instance.serve(self._bring_forward)
        except OSError as error:  # e.g. a file system without sockets; this feature is optional
            _log.warning("a second start cannot raise the window: %s", error)

    def _make_notifier(self) -> None:
        tray = TrayPresenter(lambda: self._tray.icon)
        banner = BannerPresenter(lambda: self._window.notice)
        self._notices = Notices(Notifier((self._dbus, tray, banner)), self._tasks)

    def _make_window(self) -> None:
        from desktop.window import Window  # noqa: PLC0415 - the tray comes first

        self._window = window = Window(
            self._theme,
            self._actions,
            tray_available=Tray.is_available,
            no_bots_hint=_no_bots_hint(),
        )
        window.shown_changed.connect(self._tray.window_shown)
        window.painted.connect(lambda: self._startup.mark("window_painted"))
        window.charts_painted.connect(self._furnished)
        window.hidden_to_tray.connect(self._say_that_it_goes_on)

    def _toggle_window(self) -> None:
        self._window.toggle()

    def _bring_forward(self) -> None:
        self._window.bring_forward()

    def _speak(self, code: str) -> None:
        """Show all texts in the chosen language, and remember it."""
        if code != language():
            use_language(code)
            self._actions.reword()
            self._tray.reword()
            old = self._window
            self._make_window()
            if self._engine is not None:
                self._window.attach(self._engine)
            elif self._failure is not None:
                self._window.show_start(self._failure)
            self._window.replace(old)
        try:
            self._kept_language.keep(code)
        except OSError as error:
            self._window.show_failure(
                _("The language could not be kept for the next start: {error}.").format(
                    error=described(error)
                )
            )

    async def _live(self) -> None:
        self._begin()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._options.exit_after):
                await self._quit.wait()
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.gather(self._opening, return_exceptions=True)
        try:
            if self._engine is not None and self._options.report:
                await self._room.report(self._engine, self._options.report)
            if self._options.screenshot:
                await self._photograph(self._options.screenshot)
        except (GavatcoreError, OSError) as error:
            self._status = 2
            say(words_about(error))
            self._window.show_failure(words_about(error))

    def _begin(self) -> None:
        """Start the engine, for the first time or again after a failure."""
        if self._engine is None and (self._opening is None or self._opening.done()):
            self._opening = asyncio.get_running_loop().create_task(
                self._open_engine(), name="engine"
            )

    async def _open_engine(self) -> None:
        self._status = 0
        self._show_start(None)
        try:
            engine = self._engine = await self._room.open()
        except Exception as error:  # noqa: BLE001 - no engine, and it must not be a silent one
            if not isinstance(error, GavatcoreError | OSError | ImportError):
                self._errors.report(Origin.LOOP, "the engine did not start", error)
            self._fail_to_start(words_about(error))
            return
        finally:
            # Imported modules stay, so the collector need not check them again.
            gc.freeze()
            gc.enable()
        for part in (self._actions, self._tray, self._window, self._notices):
            part.attach(engine)

    def _fail_to_start(self, sentence: str) -> None:
        """Report a failed start here and on the terminal, and remember it for the exit status."""
        self._status = 2
        self._show_start(sentence)
        say(sentence)
        if not self._window.is_seen():
            self._notices.tell_failed_start(sentence)

    def _show_start(self, failure: str | None) -> None:
        self._failure = failure
        self._tray.show_start(failed=failure is not None)
        self._window.show_start(failure)
        if failure is None:
            self._notices.withdraw_failed_start()

    def _open_folder(self) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._directory))):
            self._window.show_failure(
                _("No file manager opened {directory}.").format(directory=self._directory)
            )

    async def _close(self) -> None:
        self._instance.close()
        await self._tasks.close()
        await self._room.close()
        await self._notices.close()
        self._host.close()
        self._preference.close()
        self._dbus.close()
        self._tray.close()
        self._window.hide()

    async def _photograph(self, file: Path) -> None:
        """Bring the window to the front, wait until it is drawn, and save a picture of it."""
        self._window.bring_forward()
        await self._window.drawn()
        save_screenshot(self._window, file)

    def _furnished(self) -> None:
        if self._startup.charts_painted is None:  # the first window
            self._startup.mark("charts_painted")
            self._tasks.start(self._preference.follow(), "light or dark")
            self._tasks.start(self._host.follow(), "tray host")

    def _say_that_it_goes_on(self) -> None:
        if self._closing_hint.first_time():
            self._notices.tell_that_it_goes_on()

    def _report_error(self, report: ErrorReport) -> None:
        """Log an unexpected error from any thread; raise an alert, except for Qt's warnings."""
        if self._engine is None or report.error is None:
            _log.error("%s: %s", report.origin.value, report.message, exc_info=report.error)
        else:
            self._engine.report_error(report.error)


def _no_bots_hint() -> str:
    return _(
        "Hand over your api_id and api_hash (from my.telegram.org) with `gavatcore accounts api` "
        "and each bot with `gavatcore accounts add NAME`; it comes online within seconds."
    )
