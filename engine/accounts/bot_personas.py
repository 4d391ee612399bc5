"""Which persona each bot speaks as: a small file beside the accounts."""

from pathlib import Path

import msgspec

from engine.accounts.account_record import AccountError
from engine.language import _
from engine.locked_file import locked, replace_file

FILE_NAME = "personas.json"


class BotPersonas:
    """By name, also those of BOT_TOKENS, which have no record. Blocking."""

    def __init__(self, directory: Path) -> None:
        self._file = directory / FILE_NAME

    def all(self) -> dict[str, str]:
        """Names of personas by bot; raises AccountError if the file is damaged."""
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=dict[str, str])
        except FileNotFoundError:
            return {}
        except msgspec.MsgspecError as error:
            raise AccountError(
                _("{file} is damaged: put a copy back or remove it.").format(file=self._file)
            ) from error

    def choose(self, bot: str, persona: str | None) -> None:
        """Let `bot` speak as `persona`, or as the default one for None.

        Raises AccountError or OSError.
        """
        with locked(self._file):
            chosen = self.all()
            chosen.pop(bot, None)
            if persona is not None:
                chosen[bot] = persona
            replace_file(self._file, msgspec.json.encode(chosen, order="deterministic"))
