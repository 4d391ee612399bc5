"""Describes ranks in groups, in TL: members of basic groups and supergroups, and changes."""

from typing import Any

from telethon.tl import types

from engine.simulator.world.state import CHANNEL_MARK, Account, Chat, Rank, Standing

RIGHTS = types.ChatAdminRights(
    change_info=True,
    delete_messages=True,
    ban_users=True,
    invite_users=True,
    pin_messages=True,
    manage_call=True,
    other=True,
)
_FREE = types.ChatBannedRights(until_date=0)
MUTED = types.ChatBannedRights(until_date=0, send_messages=True, send_media=True, send_plain=True)
_BANNED = types.ChatBannedRights(until_date=0, view_messages=True, send_messages=True)


def default_rights(chat: Chat) -> Any:
    """Return the rights that ordinary members lack."""
    return MUTED if chat.muted else _FREE


def in_basic_group(chat: Chat, member: int, rank: Rank) -> Any:
    """Return ChatParticipant; None for somebody who is no member."""
    date = int(chat.date)
    match rank:
        case Rank.CREATOR:
            return types.ChatParticipantCreator(member)
        case Rank.ADMINISTRATOR:
            return types.ChatParticipantAdmin(member, chat.creator, date)
        case Rank.LEFT | Rank.BANNED:
            return None
        case _:
            return types.ChatParticipant(member, chat.creator, date)


def in_supergroup(chat: Chat, member: int, rank: Rank, viewer: Account) -> Any:
    """Return ChannelParticipant for `viewer`; None for somebody who left by themselves."""
    date, own, creator = int(chat.date), member == viewer.id, chat.creator
    match rank:
        case Rank.CREATOR:
            return types.ChannelParticipantCreator(member, RIGHTS)
        case Rank.ADMINISTRATOR:
            inviter = creator if own else None
            return types.ChannelParticipantAdmin(
                member, creator, date, RIGHTS, is_self=own or None, inviter_id=inviter
            )
        case Rank.RESTRICTED | Rank.BANNED:
            banned = rank is Rank.BANNED
            return types.ChannelParticipantBanned(
                types.PeerUser(member),
                creator,
                date,
                _BANNED if banned else MUTED,
                left=banned or None,
            )
        case Rank.LEFT:
            return None
        case _ if own:
            return types.ChannelParticipantSelf(member, creator, date)
        case _:
            return types.ChannelParticipant(member, date)


def members(chat: Chat, viewer: Account) -> Any:
    """Return all members of a basic group."""
    if viewer.id not in chat.members:
        return types.ChatParticipantsForbidden(chat.id)
    found = [in_basic_group(chat, member, rank) for member, rank in chat.members.items()]
    return types.ChatParticipants(chat.id, found, chat.version)


def change(chat: Chat | None, standing: Standing, viewer: Account) -> Any:
    """Return the update about a change for `viewer`.

    `chat` None: a person blocked or unblocked the bot.
    """
    who, date = standing.subject, int(standing.date)
    if chat is None:
        stopped = standing.after is Rank.BANNED
        return types.UpdateBotStopped(who, date, stopped=stopped, qts=standing.qts)
    if standing.chat > -CHANNEL_MARK:
        return types.UpdateChatParticipant(
            chat.id,
            date,
            standing.actor,
            who,
            standing.qts,
            prev_participant=in_basic_group(chat, who, standing.before),
            new_participant=in_basic_group(chat, who, standing.after),
        )
    return types.UpdateChannelParticipant(
        chat.id,
        date,
        standing.actor,
        who,
        standing.qts,
        prev_participant=in_supergroup(chat, who, standing.before, viewer),
        new_participant=in_supergroup(chat, who, standing.after, viewer),
    )
