"""Stores which persona each bot speaks as, in a small file beside the accounts."""

from pathlib import Path

import msgspec

from engine.files.locked_file import locked, replace_file
from engine.files.typed_files import read_json

FILE_NAME = "personas.json"


class BotPersonas:
    """Personas by bot name, including the bots of BOT_TOKENS, which have no record. Blocking."""

    def __init__(self, directory: Path) -> None:
        self._file = directory / FILE_NAME

    def all(self) -> dict[str, str]:
        """Return the persona names by bot; raises SmallFileError."""
        try:
            return read_json(self._file, dict[str, str])
        except FileNotFoundError:
            return {}

    def choose(self, bot: str, persona: str | None) -> None:
        """Let `bot` speak as `persona`, or as the default one for None.

        Raises SmallFileError or OSError.
        """
        with locked(self._file):
            chosen = self.all()
            chosen.pop(bot, None)
            if persona is not None:
                chosen[bot] = persona
            replace_file(self._file, msgspec.json.encode(chosen, order="deterministic"))
