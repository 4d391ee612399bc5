"""Extends Telethon's client so that no update is lost: messages are stored before pts moves on."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from telethon import TelegramClient, utils
from telethon.tl.functions import InvokeWithLayerRequest
from telethon.tl.functions.updates import (
    GetChannelDifferenceRequest,
    GetDifferenceRequest,
    GetStateRequest,
)

from engine.storage.messages.message import IncomingMessage
from engine.telegram.client.identity import Identity
from engine.telegram.client.observed import Observed
from engine.telegram.client.own_profile import OwnProfile, read_profile
from engine.telegram.updates.chat_events import ChatEvent, chat_events
from engine.telegram.updates.differences import Differences, SetAside
from engine.telegram.updates.first_state import first_state
from engine.telegram.updates.incoming import incoming_messages
from engine.telegram.updates.lenient import Introduction, Unread
from engine.telegram.updates.message_box import ThoroughMessageBox
from engine.telegram.updates.short_updates import written_out

Receive = Callable[[Sequence[IncomingMessage], frozenset[str]], Awaitable[None]]
"""Takes messages in, with the account's own usernames; once it returns they are safe."""

Hear = Callable[[Sequence[ChatEvent]], Awaitable[None]]
"""Takes in what happened to the account in its chats; once it returns that is safe."""


@dataclass(frozen=True, slots=True)
class Intake:
    """The functions that store what arrives."""

    account: str
    receive: Receive
    hear: Hear
    set_aside: SetAside


class UpdateClient(TelegramClient):  # type: ignore[misc]  # Telethon ships no types
    """Saves how far updates were read only after the messages among them are stored.

    Telethon's own dispatch starts a task for each update. A disconnect cancels a task that has not
    run, and pts is saved whether or not anybody has seen the message. The hooks are private, hence
    Telethon is pinned.
    """

    def __init__(self, intake: Intake, observed: Observed, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._message_box = ThoroughMessageBox(self._log["messagebox"])
        self._differences = Differences(super().__call__, self._message_box, intake.set_aside)
        self._intake = intake
        self._observed = observed
        self.busy = False  # True while incoming messages are being stored
        self._send = self._sender.send
        self._sender.send = self._introduce
        self._identified: asyncio.Future[Identity] = asyncio.get_running_loop().create_future()

    async def __call__(self, request: Any, *arguments: Any, **options: Any) -> Any:
        """Send a request; read differences and the own profile leniently.

        An unreadable object in a difference would otherwise end the connection every time.
        """
        if isinstance(request, GetDifferenceRequest | GetChannelDifferenceRequest):
            return await self._differences.fetch(request)
        if own := OwnProfile.instead_of(request):
            answer = await super().__call__(own)
            return [read_profile(answer.body)] if isinstance(answer, Unread) else answer
        return await super().__call__(request, *arguments, **options)

    def _introduce(self, request: Any, **options: Any) -> Any:
        """Send the one request that Telethon sends past `__call__`, on connecting, leniently."""
        if isinstance(request, InvokeWithLayerRequest):
            request = Introduction(request.layer, request.query)
        return self._send(request, **options)

    async def _update_loop(self) -> None:
        """Read updates only after the login, because a void session must not end the connection."""
        await asyncio.shield(self._identified)
        await super()._update_loop()

    async def _preprocess_updates(
        self, updates: Iterable[Any], users: Iterable[Any], chats: Iterable[Any]
    ) -> list[Any]:
        updates = await super()._preprocess_updates(updates, users, chats)
        updates = [self._introduced(written_out(update)) for update in updates]
        self._observed.take(updates, chats)
        identity = self._identified.result()
        if events := tuple(chat_events(updates, identity.number)):
            await self._intake.hear(events)
        messages = tuple(incoming_messages(self._intake.account, updates))
        if messages:
            self.busy = True
            try:
                await self._intake.receive(messages, identity.usernames)
            finally:
                self.busy = False
        self.session.remember(*self._message_box.session_state())
        return []

    def _introduced(self, update: Any) -> Any:
        """Return the update; add its chat from the session if Telegram sent none."""
        peer = getattr(getattr(update, "message", None), "peer_id", None)
        if peer is not None and (chat := utils.get_peer_id(peer)) not in update._entities:
            acquaintance = self.session.acquaintance(chat)
            if acquaintance is not None:
                update._entities[chat] = acquaintance
        return update

    async def remember_login(self) -> None:
        """Note in the session who the account is and where its updates begin."""
        await super()._save_states_and_entities()

    async def _save_states_and_entities(self) -> None:
        """Do nothing: Telethon calls this at times when the updates may not be stored yet."""

    async def _on_login(self, user: Any) -> Any:
        """Set the update state after a login, without losing what arrives meanwhile.

        Telethon's own version drops updates that arrive while it asks for the state.
        """
        self._mb_entity_cache.set_self_user(user.id, user.bot, user.access_hash)
        self._authorized = True
        state = await self(GetStateRequest())
        # Only the qts of this state may be outdated.
        newer = await self(GetDifferenceRequest(state.pts, state.date, state.qts))
        known = getattr(newer, "state", None) or getattr(newer, "intermediate_state", state)
        pushed = tuple(self._updates_queue._queue)
        self._message_box.load(first_state(state, known.qts, pushed), [])
        return user

    async def sign_in_anew(self, token: str) -> Any:
        """Log in a bot whose session is new or void, and return its user; resume its updates.

        Updates are numbered by account, not by session, so the missed ones can be fetched.
        """
        me = await self.sign_in(bot_token=token)
        states = dict(self.session.get_update_states())
        if 0 in states and states[0].pts:
            self._message_box.go_on_from(states)
        return me

    @property
    def behind(self) -> bool:
        """True while updates are being fetched or stored."""
        return self.busy or self._message_box.is_fetching

    def identify(self, identity: Identity) -> None:
        """Release the update loop, which waits for the account's identity."""
        if not self._identified.done():
            self._identified.set_result(identity)
