"""Has the engine read its figures every second while something on the screen shows them."""

from desktop.link import Link
from engine.bus import Unsubscribe


class CloseLook:
    """Of one part of the desktop."""

    def __init__(self) -> None:
        self._link: Link | None = None
        self._leave: Unsubscribe | None = None

    def attach(self, link: Link) -> None:
        """Look at this engine from now on."""
        self.close()
        self._link = link

    def keep(self, *, is_open: bool) -> None:
        """Look closely, or leave off; harmless if it is so already."""
        if not is_open:
            self.close()
        elif self._leave is None and self._link is not None:
            self._leave = self._link.look_closely()

    def close(self) -> None:
        """Leave off."""
        if self._leave is not None:
            self._leave()
            self._leave = None
