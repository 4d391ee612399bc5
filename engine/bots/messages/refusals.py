"""Withdraws consents as soon as Telegram tells of it, before any queue or limit."""

from collections.abc import Collection, Iterable

from engine.bots.consent.consent_policy import ConsentPolicy
from engine.bots.messages.commands import ChatCommand, request_in
from engine.storage.messages.message import IncomingMessage
from engine.storage.people.agreement import moment_of
from engine.storage.people.consents import Purpose


async def heed_refusals(
    policy: ConsentPolicy, batch: Iterable[IncomingMessage], usernames: Collection[str]
) -> None:
    """Withdraw the consent of people who decline; repeating it does no harm.

    The reply comes in its turn. Until then, another bot of the group must not read their lines, and
    a message that is too old for a reply counts too. Raises StorageError.
    """
    for incoming in batch:
        request = request_in(incoming.text, usernames) if incoming.text.startswith("/") else None
        if request is not None and request.command is ChatCommand.DECLINE:
            written = moment_of(incoming.chat, incoming.at, incoming.message)
            person, account = incoming.sender, incoming.account
            await policy.withdraw(person, account, incoming.chat, Purpose.LLM, written)
