"""Presents the world as one account sees it, in TL, with its own access hashes."""

import struct
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from telethon.extensions import BinaryReader
from telethon.tl import types

from engine.simulator.world import participants, privacy
from engine.simulator.world.state import CHANNEL_MARK, Account, Chat, Message, NewerPart, Rank
from engine.simulator.world.world import World


@lru_cache(maxsize=65536)
def access_hash(secret: int, viewer: int, target: int) -> int:
    """Return the number an account must show to reach another; each viewer has its own."""
    seed = f"{secret}:{viewer}:{target}".encode()
    return int.from_bytes(blake2b(seed, digest_size=8).digest(), "little", signed=True)


class _Written:
    """A TL object as bytes: users hardly change and are sent often."""

    def __init__(self, user: Any) -> None:
        self.id: int = user.id
        self._data = bytes(user)

    def __bytes__(self) -> bytes:
        return self._data

    _bytes = __bytes__  # called by the objects around it


class NewerObject:
    """An object of an unknown newer layer; TL does not say where it ends."""

    def __init__(self, number: int = 0) -> None:
        self._number = number

    def __bytes__(self) -> bytes:
        return struct.pack("<Iiii", 0x9BADF00D, 7, self._number, 3)

    _bytes = __bytes__


@lru_cache(maxsize=65536)
def _user(
    number: int,
    name: str,
    username: str,
    shown_hash: int,
    *,
    own: bool,
    bot: bool,
    privacy: bool,
    deleted: bool,
    newer: bool,
    usernames: tuple[str, ...],
) -> _Written:
    if deleted:
        return _Written(types.User(number, deleted=True, access_hash=shown_hash))
    return _Written(
        types.User(
            number,
            is_self=own or None,
            bot=bot or None,
            bot_chat_history=(bot and not privacy) or None,
            access_hash=shown_hash,
            first_name=name,
            username=None if usernames else username,
            usernames=[types.Username(one, active=True) for one in (username, *usernames)]
            if usernames
            else None,
            emoji_status=NewerObject() if newer else None,
            bot_info_version=1 if bot else None,
            lang_code=None if bot else "tr",
        )
    )


class View:
    """The world as `viewer` sees it."""

    def __init__(self, world: World, viewer: Account) -> None:
        self._world = world
        self._viewer = viewer

    def hash_of(self, target: int) -> int:
        """Return the access hash of `target`."""
        return access_hash(self._world.state.secret, self._viewer.id, target)

    def user(self, account: Account) -> Any:
        """Return an account as a user."""
        return _user(
            account.id,
            account.name,
            account.username,
            self.hash_of(account.id),
            own=account is self._viewer,
            bot=account.is_bot,
            privacy=account.privacy,
            deleted=account.deleted,
            newer=account.newer,
            usernames=tuple(account.usernames),
        )

    def chat(self, chat: Chat) -> Any:
        """Return a group; forbidden if the viewer is no member."""
        rank = chat.members.get(self._viewer.id)
        if chat.supergroup:
            return self._supergroup(chat, rank)
        if rank is None:
            return types.ChatForbidden(chat.id, chat.title)
        moved = None
        if chat.migrated_to:
            moved = types.InputChannel(chat.migrated_to, self.hash_of(chat.migrated_to))
        return types.Chat(
            chat.id,
            chat.title,
            types.ChatPhotoEmpty(),
            len(chat.members),
            int(chat.date),
            chat.version,
            creator=(rank is Rank.CREATOR) or None,
            deactivated=bool(moved) or None,
            migrated_to=moved,
            admin_rights=participants.RIGHTS if rank is Rank.ADMINISTRATOR else None,
            default_banned_rights=participants.default_rights(chat),
        )

    def _supergroup(self, chat: Chat, rank: Rank | None) -> Any:
        if rank is None:
            return types.ChannelForbidden(
                chat.id, self.hash_of(chat.id), chat.title, megagroup=True
            )
        return types.Channel(
            chat.id,
            chat.title,
            types.ChatPhotoEmpty(),
            int(chat.date),
            creator=(rank is Rank.CREATOR) or None,
            megagroup=True,
            access_hash=self.hash_of(chat.id),
            admin_rights=participants.RIGHTS if rank is Rank.ADMINISTRATOR else None,
            banned_rights=participants.MUTED if rank is Rank.RESTRICTED else None,
            default_banned_rights=participants.default_rights(chat),
            participants_count=len(chat.members),
        )

    def number(self, message: Message) -> int:
        """Return the viewer's id of a message; 0 if it never saw the message."""
        return message.number or message.ids.get(self._viewer.id, 0)

    def message(self, message: Message) -> Any:
        """Return a message."""
        number = self.number(message)
        if message.deleted or not number:
            return types.MessageEmpty(number)
        if message.newer is NewerPart.MESSAGE:
            return NewerObject(number)
        if message.action:
            return types.MessageService(
                number,
                self.peer(message),
                int(message.date),
                from_id=types.PeerUser(message.sender),
                action=self._action(message),
            )
        replied_to = None
        if message.reply_to:
            replied = self._world.message(message.reply_to)
            if self.number(replied):
                replied_to = types.MessageReplyHeader(reply_to_msg_id=self.number(replied))
        delivery = message.deliveries.get(self._viewer.id)
        in_group = message.chat < 0
        return types.Message(
            number,
            self.peer(message),
            int(message.date),
            message.text,
            media=NewerObject() if message.newer is NewerPart.MEDIA else None,
            out=(message.sender == self._viewer.id) or None,
            mentioned=(in_group and delivery is not None and delivery.addressed) or None,
            from_id=self._author(message) if in_group else None,
            reply_to=replied_to,
            entities=_entities(message) or None,
            edit_date=int(message.edited) or None,
        )

    def _author(self, message: Message) -> Any:
        return self.peer(message) if message.anonymous else types.PeerUser(message.sender)

    def peer(self, message: Message) -> Any:
        """Return the peer of a message's chat."""
        if message.chat > 0:
            return types.PeerUser(message.chat)
        if message.chat <= -CHANNEL_MARK:
            return types.PeerChannel(-message.chat - CHANNEL_MARK)
        return types.PeerChat(-message.chat)

    def _action(self, message: Message) -> Any:
        match message.action:
            case "created":
                chat = self._world.chat(message.chat)
                if chat.supergroup:
                    return types.MessageActionChannelCreate(chat.title)
                return types.MessageActionChatCreate(chat.title, list(chat.members))
            case "joined":
                return types.MessageActionChatAddUser([message.subject])
            case "left":
                return types.MessageActionChatDeleteUser(message.subject)
            case "migrated_to":
                return types.MessageActionChatMigrateTo(message.subject)
            case _:
                title = self._world.chat(message.chat).title
                return types.MessageActionChannelMigrateFrom(title, message.subject)

    def around(self, messages: list[Message]) -> tuple[list[Any], list[Any]]:
        """Return the users and chats in `messages`, each once."""
        state = self._world.state
        users: dict[int, Any] = {}
        chats: dict[int, Any] = {}
        for message in messages:
            for who in (message.sender, message.chat, message.subject):
                if message.anonymous and who == message.sender:
                    continue
                if who in state.accounts and who not in users:
                    users[who] = self.user(state.accounts[who])
            for where in self._groups(message):
                if where not in chats:
                    chats[where] = self.chat(state.chats[where])
        return list(users.values()), list(chats.values())

    def _groups(self, message: Message) -> tuple[int, ...]:
        if message.chat > 0:
            return ()
        if message.action == "migrated_to":
            return (message.chat, -(CHANNEL_MARK + message.subject))
        if message.action == "migrated_from":
            return (message.chat, -message.subject)
        return (message.chat,)


def _entities(message: Message) -> list[Any]:
    if message.entities:
        return list(BinaryReader(message.entities).tgread_vector())
    text, found = message.text, []
    if text.startswith("/") and privacy.is_command(text):
        found.append(types.MessageEntityBotCommand(0, len(text.split(None, 1)[0])))
    if "@" in text:
        found += [
            types.MessageEntityMention(len(text[:start].encode("utf-16-le")) // 2, length)
            for start, length, _ in privacy.mentions(text)
        ]
    return found
