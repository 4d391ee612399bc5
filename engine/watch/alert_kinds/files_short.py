"""Alerts when the system allows fewer open files and sockets than the fleet needs."""

from typing import ClassVar

from msgspec import Struct

from engine.language import _, ngettext, number
from engine.watch.alert import AlertFigures, AlertVerdict
from engine.watch.observation import Observation


class FilesShort(AlertFigures, Struct, frozen=True):
    """The needed and allowed files, and the number of running bots if it is not all."""

    needed: int
    allowed: int | None  # None or 0: no limit
    places: int | None = None  # None: all bots run
    used_up: bool = False  # a file could not be opened within the last minute

    code: ClassVar = "files_short"

    @classmethod
    def judge(cls, seen: Observation) -> AlertVerdict | None:
        """Judge the limit of open files."""
        files = seen.files
        if files is None:
            return None
        places = files.places if files.places < files.bots else None
        figures = cls(files.needed, files.allowed, places, seen.files_used_up)
        return AlertVerdict(seen.files_used_up or not files.suffice, figures)

    @property
    def sentence(self) -> str:
        """The problem and its remedy."""
        if not self.allowed:
            return _("This fleet needs more open files than the system allows: raise the limit.")
        return self._text().format(
            needed=number(self.needed),
            allowed=number(self.allowed),
            places=number(self.places or 0),
        )

    def _text(self) -> str:
        if self.places is not None:
            return ngettext(
                "This fleet needs {needed} open files, the system allows {allowed}, so only "
                "{places} bot runs: raise the limit (ulimit -n).",
                "This fleet needs {needed} open files, the system allows {allowed}, so only "
                "{places} bots run: raise the limit (ulimit -n).",
                self.places,
            )
        if self.used_up:
            return _(
                "All {allowed} open files that the system allows are in use, so something fails "
                "now and then: raise the limit (ulimit -n)."
            )
        return _(
            "This fleet needs {needed} open files, the system allows {allowed}: raise the limit "
            "(ulimit -n)."
        )
