"""Records operators' commands in the audit log and in the program's log."""

import asyncio
import logging
from collections.abc import Mapping

import msgspec

from engine.clock import Clock
from engine.storage.audit import AuditLog
from engine.storage.database.errors import StorageUnavailableError

_PATIENCE = 1.0  # s; a command is not held up by a database in trouble, which keeps the entry

_log = logging.getLogger(__name__)


class AuditTrail:
    """Records for one `actor`: operator (the desktop, a script) or cli."""

    def __init__(self, log: AuditLog, clock: Clock, actor: str) -> None:
        self._audit = log
        self._clock = clock
        self._actor = actor
        self._writing: set[asyncio.Task[None]] = set()

    async def note(
        self,
        action: str,
        subject: str = "",
        detail: Mapping[str, object] | None = None,
        actor: str | None = None,
    ) -> None:
        """Keep it, before anybody is told how the action ended; `detail` holds no secrets.

        Another `actor` may be named for this one action.
        """
        writing = self._begin(action, subject, detail, actor or self._actor)
        await asyncio.wait((writing,), timeout=_PATIENCE)

    def _begin(
        self, action: str, subject: str, detail: Mapping[str, object] | None, actor: str
    ) -> asyncio.Task[None]:
        _log.info("%s: %s %s", actor, action, subject)
        text = msgspec.json.encode(detail or {}).decode()
        writing = asyncio.get_running_loop().create_task(
            self._write(self._clock.now(), actor, action, subject, text)
        )
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)
        return writing

    async def close(self) -> None:
        """Wait for pending entries; close the database meanwhile, or it may take long."""
        await asyncio.gather(*self._writing)

    async def _write(self, at: float, actor: str, action: str, subject: str, detail: str) -> None:
        try:
            await self._audit.add(at=at, actor=actor, action=action, subject=subject, detail=detail)
        except StorageUnavailableError:
            _log.error("the audit log lacks: %s: %s %s", actor, action, subject)
