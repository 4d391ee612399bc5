"""Makes the engine read its figures every second while the screen shows them."""

from desktop.link import Link
from engine.bus import Unsubscribe


class CloseLook:
    """Keeps the close look of one part of the desktop."""

    def __init__(self) -> None:
        self._link: Link | None = None
        self._leave: Unsubscribe | None = None

    def attach(self, link: Link) -> None:
        """Look at this engine from now on."""
        self.close()
        self._link = link

    def keep(self, *, is_open: bool) -> None:
        """Begin or end the close look; harmless if nothing changes."""
        if not is_open:
            self.close()
        elif self._leave is None and self._link is not None:
            self._leave = self._link.look_closely()

    def close(self) -> None:
        """End the close look."""
        if self._leave is not None:
            self._leave()
            self._leave = None
