"""Registers which function answers which request, and defines what it is given."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from telethon.tl import types

from engine.simulator.network.keys import AuthKeys
from engine.simulator.network.session import Session
from engine.simulator.network.views import View
from engine.simulator.world.rpc_error import RpcError
from engine.simulator.world.state import CHANNEL_MARK, Account, Chat, Message
from engine.simulator.world.world import World


@dataclass(slots=True)
class RpcCall:
    """One call: its caller, session and request."""

    world: World
    keys: AuthKeys
    session: Session
    account: Account | None
    request: Any

    @property
    def me(self) -> Account:
        """The calling account; only for methods that need a login."""
        if self.account is None:
            raise RpcError(401, "AUTH_KEY_UNREGISTERED")
        return self.account

    @property
    def view(self) -> View:
        """The world as the caller sees it."""
        return View(self.world, self.me)

    def user(self, given: Any) -> Account:
        """Return the account of an InputUser or InputPeer; its access hash must be right."""
        if isinstance(given, types.InputUserSelf | types.InputPeerSelf):
            return self.me
        if not isinstance(given, types.InputUser | types.InputPeerUser):
            raise RpcError(400, "USER_ID_INVALID")
        account = self.world.account(given.user_id)
        # Telegram lets a bot use access hash 0 for anybody who wrote to it.
        if given.access_hash not in (0, self.view.hash_of(account.id)):
            raise RpcError(400, "PEER_ID_INVALID")
        return account

    def group(self, number: int) -> Chat:
        """Return a basic group by its bare id."""
        chat = self.world.state.chats.get(-number)
        if chat is None:
            raise RpcError(400, "CHAT_ID_INVALID")
        return chat

    def supergroup(self, given: Any) -> Chat:
        """Return the supergroup of an InputChannel or InputPeerChannel, if the caller is in it."""
        if not isinstance(given, types.InputChannel | types.InputPeerChannel):
            raise RpcError(400, "CHANNEL_INVALID")
        chat = self.world.state.chats.get(-(CHANNEL_MARK + given.channel_id))
        if chat is None or given.access_hash not in (0, self.view.hash_of(chat.id)):
            raise RpcError(400, "CHANNEL_INVALID")
        if self.me.id not in chat.members:
            raise RpcError(400, "CHANNEL_PRIVATE")
        return chat

    def peer(self, given: Any) -> Account | Chat:
        """Return the account or chat of an InputPeer."""
        if isinstance(given, types.InputPeerChat):
            return self.group(given.chat_id)
        if isinstance(given, types.InputPeerChannel):
            return self.supergroup(given)
        if isinstance(given, types.InputPeerUser | types.InputPeerSelf):
            return self.user(given)
        raise RpcError(400, "PEER_ID_INVALID")

    def messages(self, found: list[Message]) -> Any:
        """Return messages.messages with the users and chats in them."""
        view = self.view
        users, chats = view.around(found)
        return types.messages.Messages([view.message(m) for m in found], [], chats, users)


@dataclass(frozen=True, slots=True)
class Method:
    """The function that answers a request."""

    run: Callable[[RpcCall], Any]
    authorised: bool  # needs a login


_METHODS: dict[type, Method] = {}
Run = Callable[[RpcCall], Any]


def answers(*requests: type, authorised: bool = True) -> Callable[[Run], Run]:
    """Return a decorator that registers a function for these requests."""

    def register(run: Run) -> Run:
        for request in requests:
            _METHODS[request] = Method(run, authorised)
        return run

    return register


def find_method(request: type) -> Method | None:
    """Return the method for a type of request, or None."""
    return _METHODS.get(request)
