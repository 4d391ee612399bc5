"""Manages groups: their creation, members, ranks, and growth into supergroups.

Telegram tells a bot of every change of its own rank, and an administrator bot of everybody's.
Source: https://core.telegram.org/constructor/updateChannelParticipant, and for basic groups
https://core.telegram.org/constructor/updateChatParticipant.
"""

import time
from collections.abc import Iterable

from engine.simulator.world.journal import Journal
from engine.simulator.world.rpc_error import RpcError
from engine.simulator.world.state import Account, Chat, Rank, WorldState


class Groups:
    """Changes groups; `by` is the id of the acting account, by default the creator."""

    def __init__(self, state: WorldState, journal: Journal) -> None:
        self._state = state
        self._journal = journal

    def _account(self, account: int) -> Account:
        try:
            return self._state.accounts[account]
        except KeyError:
            raise RpcError(400, "PEER_ID_INVALID") from None

    def add(
        self,
        title: str,
        *,
        supergroup: bool,
        members: Iterable[int],
        administrators: Iterable[int] = (),
        creator: int = 0,
    ) -> Chat:
        """Create a group; unless named, its creator is the first person among the members."""
        accounts = self._state.accounts
        ranks = {self._account(member).id: Rank.MEMBER for member in members}
        ranks.update({self._account(one).id: Rank.ADMINISTRATOR for one in administrators})
        founder = creator or next((one for one in ranks if not accounts[one].is_bot), 0)
        if not founder or self._account(founder).is_bot:
            raise RpcError(400, "USERS_TOO_FEW")
        ranks[founder] = Rank.CREATOR
        chat = self._new(title, ranks, supergroup=supergroup)
        for bot in self._journal.bots_in(chat):
            self._tell(bot, chat, founder, bot.id, (Rank.LEFT, ranks[bot.id]))
        self._journal.service(chat, founder, "created")
        return chat

    def _new(self, title: str, ranks: dict[int, Rank], *, supergroup: bool) -> Chat:
        state = self._state
        if supergroup:
            number, state.next_supergroup = state.next_supergroup, state.next_supergroup + 1
        else:
            number, state.next_group = state.next_group, state.next_group + 1
        chat = Chat(number, title, supergroup, time.time(), ranks)
        state.chats[chat.marked] = chat
        return chat

    def join(self, chat: Chat, who: int, by: int = 0) -> None:
        """Make an account a member and tell the group; somebody must add a bot."""
        account = self._account(who)
        if who in chat.members:
            raise RpcError(400, "USER_ALREADY_PARTICIPANT")
        actor = by or (chat.creator if account.is_bot else who)
        self._change(chat, actor, who, Rank.MEMBER)
        self._journal.service(chat, actor, "joined", who)

    def leave(self, chat: Chat, who: int) -> None:
        """End an account's membership at its own wish."""
        _expect_member(chat, who)
        self._change(chat, who, who, Rank.LEFT)
        self._journal.service(chat, who, "left", who)

    def remove(self, chat: Chat, who: int, by: int = 0) -> None:
        """Remove a member; in a basic group it sees the message about it, as on Telegram."""
        _expect_member(chat, who)
        actor = by or chat.creator
        if chat.supergroup:
            self._change(chat, actor, who, Rank.BANNED)
            self._journal.service(chat, actor, "left", who)
        else:
            self._journal.service(chat, actor, "left", who)
            self._change(chat, actor, who, Rank.LEFT)

    def set_rank(self, chat: Chat, who: int, rank: Rank, by: int = 0) -> None:
        """Promote, demote or restrict a member."""
        _expect_member(chat, who)
        if rank is Rank.RESTRICTED and not chat.supergroup:
            raise RpcError(400, "CHANNEL_INVALID")
        self._change(chat, by or chat.creator, who, rank)

    def mute(self, chat: Chat, *, muted: bool) -> None:
        """Let only administrators write, or everybody again."""
        chat.muted = muted
        chat.version += 1
        for bot in self._journal.bots_in(chat):
            self._journal.notify_rights(bot, chat)

    def migrate(self, chat: Chat) -> Chat:
        """Turn a basic group into a supergroup, as Telegram does, and return that."""
        if chat.supergroup or chat.migrated_to:
            raise RpcError(400, "CHAT_ID_INVALID")
        grown = self._new(chat.title, dict(chat.members), supergroup=True)
        grown.muted, grown.migrated_from = chat.muted, chat.id
        chat.migrated_to = grown.id
        chat.version += 1
        for bot in self._journal.bots_in(chat):
            self._journal.notify_chat(bot, chat)
            self._journal.notify_chat(bot, grown)
        self._journal.service(chat, chat.creator, "migrated_to", grown.id)
        self._journal.service(grown, chat.creator, "migrated_from", chat.id)
        return grown

    def _change(self, chat: Chat, by: int, who: int, after: Rank) -> None:
        """Give an account its rank, and tell the bots that Telegram would tell."""
        before, account = chat.rank(who), self._account(who)
        chat.banned.discard(who)
        if after in (Rank.LEFT, Rank.BANNED):
            chat.members.pop(who, None)
        else:
            chat.members[who] = after
        if after is Rank.BANNED:
            chat.banned.add(who)
        chat.version += 1
        for bot in self._journal.bots_in(chat):
            if bot is account:
                continue
            if chat.members[bot.id].administers:
                self._journal.standing(bot, chat.marked, by, who, (before, after))
            if not chat.supergroup:
                self._journal.notify_chat(bot, chat)
        if account.is_bot:
            self._tell(account, chat, by, who, (before, after))

    def _tell(self, bot: Account, chat: Chat, by: int, who: int, change: tuple[Rank, Rank]) -> None:
        self._journal.notify_chat(bot, chat)
        self._journal.standing(bot, chat.marked, by, who, change)


def _expect_member(chat: Chat, who: int) -> None:
    if who not in chat.members:
        raise RpcError(400, "USER_NOT_PARTICIPANT")
