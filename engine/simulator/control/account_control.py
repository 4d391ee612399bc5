"""Implements the commands of the control port about one account: its state and its logins."""

from collections.abc import Callable
from typing import Any

from engine.simulator.server import Server
from engine.simulator.world.records import LocalBot, LocalPerson
from engine.simulator.world.state import Account


def bot_record(account: Account) -> LocalBot:
    """Return the bot as the client sees it."""
    return LocalBot(account.id, account.name, account.username, account.token)


class AccountControl:
    """Accounts are given by id."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._world = server.world
        self._keys = server.keys
        self.commands: dict[str, Callable[..., Any]] = {
            "add_bot": self._add_bot,
            "add_person": self._add_person,
            "add_rival": self._add_rival,
            "add_username": self._add_username,
            "ban": self._ban,
            "block": self._block,
            "bots": self._bots,
            "deafen": server.faults.deafen,
            "delete_person": self._delete_person,
            "duplicate_key": self._duplicate_key,
            "forget_keys": self._keys.forget_all,
            "login_code": server.keys.logins.last_code,
            "people": self._people,
            "remove_rival": server.rivals.remove,
            "revoke": self._revoke,
            "revoke_token": self._revoke_token,
            "set_privacy": self._set_privacy,
            "show_newer_profile": self._show_newer_profile,
        }

    def _add_bot(self, name: str, privacy: bool) -> LocalBot:
        return bot_record(self._world.add_bot(name, privacy_mode=privacy))

    def _add_person(
        self, name: str, phone: str | None = None, password: str | None = None
    ) -> LocalPerson:
        account = self._world.add_person(name)
        if phone:
            self._keys.logins.register(account, phone, password)
        return LocalPerson(account.id, account.name, account.username)

    def _bots(self) -> list[LocalBot]:
        return [bot_record(account) for account in self._world.bots]

    def _people(self) -> list[LocalPerson]:
        return [LocalPerson(a.id, a.name, a.username) for a in self._world.people]

    def _set_privacy(self, bot: int, on: bool) -> None:
        self._world.account(bot).privacy = on

    def _block(self, person: int, bot: int, blocked: bool) -> None:
        self._world.block(self._world.account(person), self._world.account(bot), blocked=blocked)

    def _delete_person(self, person: int) -> None:
        self._world.account(person).deleted = True
        self._revoke(person)

    def _add_rival(self, bot: int, answers: bool, takes_updates: bool) -> None:
        account = self._world.account(bot)
        self._server.rivals.add(account, answers=answers, takes_updates=takes_updates)

    def _revoke(self, bot: int) -> int:
        """Log an account out everywhere; return the number of logins."""
        keys = self._keys.of(bot)
        for key in keys:
            self._keys.unbind(key)
        return len(keys)

    def _revoke_token(self, bot: int) -> LocalBot:
        account = self._world.account(bot)
        self._world.renew_token(account)
        self._revoke(bot)
        return bot_record(account)

    def _show_newer_profile(self, account: int) -> None:
        self._world.account(account).newer = True

    def _add_username(self, account: int, username: str) -> None:
        self._world.add_username(self._world.account(account), username)

    def _ban(self, bot: int, banned: bool) -> None:
        self._world.account(bot).banned = banned

    def _duplicate_key(self, bot: int) -> int:
        """Void every key of the account; return their number."""
        keys = self._keys.of(bot)
        for key in keys:
            key.record.duplicated = True
        return len(keys)
