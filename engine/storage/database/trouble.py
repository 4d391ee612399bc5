"""Reports once that the database cannot be used, and once that it can again."""

import logging
from collections.abc import Callable

from engine.storage.database.errors import StorageTrouble

OnTrouble = Callable[[StorageTrouble | None], None]

_log = logging.getLogger(__name__)


class StorageTroubleReporter:
    """Calls `on_trouble` when a trouble begins or changes, and with None when it ends."""

    def __init__(self, on_trouble: OnTrouble) -> None:
        self._on_trouble = on_trouble
        self.current: StorageTrouble | None = None

    def found(self, trouble: StorageTrouble) -> None:
        """Report a trouble, unless it is the present one."""
        if trouble != self.current:
            self.current = trouble
            _log.error("%s", trouble.sentence)
            self._on_trouble(trouble)

    def passed(self) -> None:
        """Report the end of the trouble, if there was one."""
        if self.current is not None:
            self.current = None
            _log.warning("the database can be used again")
            self._on_trouble(None)
