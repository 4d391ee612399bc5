"""Checks if Telegram would accept a bot's message; each function raises Telegram's error."""

import time

from engine.simulator.world.rpc_error import RpcError
from engine.simulator.world.state import Account, Chat, Rank, WorldState

LONGEST_TEXT = 4096  # letters


def unless_may_write(bot: Account, to: Account | Chat) -> None:
    """Raise unless the group lets the bot write, or the person wrote first and did not block it."""
    if isinstance(to, Chat):
        unless_may_write_in(to, bot)
    elif to.is_bot:
        raise RpcError(400, "USER_IS_BOT")
    elif to.deleted:
        raise RpcError(400, "INPUT_USER_DEACTIVATED")
    elif to.id in bot.blocked_by:
        raise RpcError(400, "USER_IS_BLOCKED")
    elif to.id not in bot.known:
        raise RpcError(400, "PEER_ID_INVALID")


def unless_may_write_in(chat: Chat, account: Account) -> None:
    """Raise unless the group exists and the account is a member who may write there."""
    if chat.migrated_to:
        raise RpcError(400, "PEER_ID_INVALID")
    rank = chat.rank(account.id)
    if account.id not in chat.members and chat.supergroup:
        raise RpcError(400, "CHANNEL_PRIVATE")
    if rank.administers:
        return
    if rank is not Rank.MEMBER or chat.muted:
        raise RpcError(403, "CHAT_WRITE_FORBIDDEN")


def unless_sendable(text: str) -> None:
    """Raise for a text that is empty or too long."""
    if not text.strip():
        raise RpcError(400, "MESSAGE_EMPTY")
    if len(text) > LONGEST_TEXT:
        raise RpcError(400, "MESSAGE_TOO_LONG")


def if_repeated(state: WorldState, bot: Account, random_id: int, *, memory: float) -> None:
    """Raise for a random_id that the bot used in the last `memory` seconds."""
    if not random_id:
        raise RpcError(400, "RANDOM_ID_EMPTY")
    forgotten, remembered = time.time() - memory, bot.random_ids
    while remembered:
        oldest = next(iter(remembered))
        if remembered[oldest][1] > forgotten:
            break
        del remembered[oldest]
    repeated = remembered.get(random_id)
    if repeated is not None:
        state.messages[repeated[0] - 1].refused += 1
        state.counters.random_ids_refused += 1
        raise RpcError(500, "RANDOM_ID_DUPLICATE")
