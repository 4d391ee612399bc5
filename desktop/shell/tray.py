"""Shows the tray icon: state as colour and shape, figures as tooltip, actions as menu."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from desktop.actions import Actions
from desktop.close_look import CloseLook
from desktop.link import Link
from desktop.look.state import state_of
from desktop.look.state_icon import state_icon
from engine.language import _
from engine.snapshot import PhaseChanged, Snapshot, Ticked
from engine.watch.alert import AlertCleared, AlertRaised
from engine.watch.emergency_state import EmergencyChanged
from engine.wording.states import State, figures_line, state_reason, state_word

_TOOLTIP_EVERY = 5.0  # s; a new tooltip costs a D-Bus call


class Tray(QObject):
    """Shows the icon from the start; call `renew` for a host that comes late."""

    window_toggled = Signal()

    def __init__(self, actions: Actions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._link: Link | None = None
        self._state: State | None = None
        self._refreshed_at = 0.0  # seconds since the epoch
        self._look = CloseLook()
        self._window_shown = False
        self._failed = False
        self.menu = QMenu()
        self.icon = QSystemTrayIcon(self)
        self._show_window = QAction(self.menu)
        self._show_window.triggered.connect(self.window_toggled)
        self._state_line = QAction(self.menu, enabled=False)
        self._figures_line = QAction(self.menu, enabled=False)
        self._languages = QMenu(self.menu)
        self._fill_menu()
        self.menu.aboutToShow.connect(self._refresh_menu)
        self.menu.aboutToShow.connect(lambda: self._look.keep(is_open=True))
        self.menu.aboutToHide.connect(self._look.close)
        self.reword()
        self._show_icon()

    @staticmethod
    def is_available() -> bool:
        """Return True if a tray host runs now; ask whenever it matters."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def renew(self) -> None:
        """Give a new icon to a host that has come: Qt serves one kind of host with one icon."""
        old, self.icon = self.icon, QSystemTrayIcon(self)
        old.hide()
        old.deleteLater()
        self._state = None
        self.refresh()
        self._show_icon()

    def _show_icon(self) -> None:
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._activated)
        self.icon.show()

    def show_start(self, *, failed: bool) -> None:
        """Show that the engine is starting, or did not start."""
        self._failed = failed
        self.refresh()

    def attach(self, link: Link) -> None:
        """Show this engine from now on."""
        self._link = link
        self._look.attach(link)
        for kind in (AlertRaised, AlertCleared, EmergencyChanged, PhaseChanged):
            link.subscribe(kind, self._changed)
        link.subscribe(Ticked, self._ticked)
        self.refresh()

    def window_shown(self, shown: bool) -> None:
        """Note that the window is shown or hidden, for the menu's first entry."""
        self._window_shown = shown
        self._name_toggle()

    def reword(self) -> None:
        """Show all texts in the present language; the actions have theirs already."""
        self._name_toggle()
        self._languages.setTitle(_("La&nguage"))
        self.refresh()
        self._refresh_menu()

    def _name_toggle(self) -> None:
        shown = self._window_shown
        self._show_window.setText(_("&Hide window") if shown else _("&Show window"))

    def refresh(self) -> None:
        """Update icon, tooltip and menu where they changed."""
        snapshot = self._link.snapshot() if self._link else None
        state = state_of(snapshot, failed=self._failed)
        if snapshot is not None:
            self._refreshed_at = snapshot.at
        if state is not self._state:
            self._state = state
            self.icon.setIcon(state_icon(state))
        lines = [_("Gavatcore: {state}").format(state=state_word(state))]
        lines.append(state_reason(state, 0) if snapshot is None else _figures(snapshot))
        tooltip = "\n".join(lines)
        if tooltip != self.icon.toolTip():
            self.icon.setToolTip(tooltip)

    def close(self) -> None:
        """Remove the icon at once; some panels keep a dead one until the pointer passes."""
        self.icon.hide()
        self.menu.close()

    def _fill_menu(self) -> None:
        self.menu.addAction(self._show_window)
        self.menu.setDefaultAction(self._show_window)
        self.menu.addSeparator()
        self.menu.addAction(self._state_line)
        self.menu.addAction(self._figures_line)
        self.menu.addSeparator()
        for action in (self._actions.emergency, self._actions.clean_locks, self._actions.collect):
            self.menu.addAction(action)
        self.menu.addSeparator()
        self._languages.addActions(self._actions.languages.actions())
        self.menu.addMenu(self._languages)
        self.menu.addAction(self._actions.quit)

    def _refresh_menu(self) -> None:
        snapshot = self._link.snapshot() if self._link else None
        state = state_of(snapshot, failed=self._failed)
        reason = state_reason(state, len(snapshot.alerts) if snapshot else 0)
        self._state_line.setText(f"{state_word(state)}: {reason}")
        self._figures_line.setVisible(snapshot is not None)
        if snapshot is not None:
            self._figures_line.setText(_figures(snapshot))

    def _changed(self, _event: object) -> None:
        self.refresh()

    def _ticked(self, event: Ticked) -> None:
        if not 0 <= event.at - self._refreshed_at < _TOOLTIP_EVERY:
            self.refresh()
        if self.menu.isVisible():
            self._refresh_menu()

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self.window_toggled.emit()


def _figures(snapshot: Snapshot) -> str:
    sample = snapshot.sample
    rss, cpu = (sample.rss, sample.process_cpu) if sample else (None, None)
    return figures_line(snapshot.fleet, rss, cpu, snapshot.uptime)
