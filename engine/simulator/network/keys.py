"""Keeps the authorization keys that the server knows, by id and by account."""

from engine.simulator.network.session import AuthKey, Session
from engine.simulator.world.phone_logins import PhoneLogins
from engine.simulator.world.state import AuthKeyRecord, WorldState


class AuthKeys:
    """Keeps `WorldState.keys` and the keys in use consistent."""

    def __init__(self, state: WorldState) -> None:
        self._state = state
        self.logins = PhoneLogins(state)
        self._by_id: dict[int, AuthKey] = {}
        self._by_account: dict[int, list[AuthKey]] = {}
        for record in state.keys:
            self._index(AuthKey(record))

    def _index(self, key: AuthKey) -> None:
        self._by_id[key.id] = key
        if key.record.account:
            self._by_account.setdefault(key.record.account, []).append(key)

    def add(self, key: bytes, salt: int) -> AuthKey:
        """Add a new key."""
        record = AuthKeyRecord(key, salt)
        self._state.keys.append(record)
        added = AuthKey(record)
        self._index(added)
        return added

    def find(self, key_id: int) -> AuthKey | None:
        """Return the key with this id, or None."""
        return self._by_id.get(key_id)

    def bind(self, key: AuthKey, account: int) -> None:
        """Note that the key's owner has logged in as `account`."""
        self.unbind(key)
        key.record.account = account
        self._by_account.setdefault(account, []).append(key)

    def unbind(self, key: AuthKey) -> None:
        """Note that the key's owner is logged out or revoked."""
        if key.record.account:
            self._by_account[key.record.account].remove(key)
            key.record.account = 0

    def remove(self, key: AuthKey) -> None:
        """Remove the key itself."""
        self.unbind(key)
        self._state.keys.remove(key.record)
        del self._by_id[key.id]

    def forget_all(self) -> int:
        """Remove every key for good, as Telegram sometimes does; return how many there were."""
        keys = list(self._by_id.values())
        for key in keys:
            self.remove(key)
        return len(keys)

    def forget_sessions(self) -> None:
        """Drop everything that is only in memory, like a restarted server."""
        for key in self._by_id.values():
            key.sessions.clear()

    def of(self, account: int) -> list[AuthKey]:
        """Return the keys of an account."""
        return list(self._by_account.get(account, ()))

    def listening(self, account: int) -> list[Session]:
        """Return the connected sessions of an account that want updates."""
        return [
            session
            for key in self._by_account.get(account, ())
            for session in key.sessions.values()
            if session.carrier is not None and session.wants_updates
        ]
