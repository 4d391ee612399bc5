"""Time to live: the entry that expires soonest goes first, those that never do last."""

from engine.cache.policies.bounded import BoundedStore
from engine.cache.policies.entry import Entry


class TTLStore(BoundedStore):
    """Entries in no order but that of their expiry; the eldest first where none expires."""

    def get(self, key: str) -> Entry | None:
        entry: Entry | None = self._entries.peek(key)
        return self._arrived(key) if entry is None else entry

    def _added(self, key: str, entry: Entry) -> None:
        """The order is that of the wheel, as for removals."""

    def _removed(self, key: str, entry: Entry) -> None: ...

    def _victim(self) -> str:
        return self._wheel.next() or self._eldest()
