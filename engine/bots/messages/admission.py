"""Decides whether a message may be answered: on arrival, in its turn, and once it is worded."""

from collections.abc import Collection

from engine.bots.consent.privacy_service import PrivacyService
from engine.bots.limits.limits import Limits
from engine.bots.messages.addressing import why_not
from engine.bots.messages.commands import GivenCommand, withdrawal_in
from engine.bots.messages.own_accounts import OwnAccounts
from engine.bots.skip_reason import SkipReason
from engine.clock import Clock
from engine.storage.messages.message import IncomingMessage
from engine.storage.messages.message_store import MessageStore

EXPIRY = 3600.0  # s; older messages get no answer: a day offline must not flood a chat


class Admission:
    """Decides for all bots of a fleet. A withdrawal takes effect in any case."""

    def __init__(
        self,
        own: OwnAccounts,
        limits: Limits,
        privacy: PrivacyService,
        messages: MessageStore,
        clock: Clock,
    ) -> None:
        self._own = own
        self._limits = limits
        self._privacy = privacy
        self._messages = messages
        self._clock = clock

    def on_arrival(
        self, incoming: IncomingMessage, usernames: Collection[str]
    ) -> SkipReason | None:
        """Return why the bot with these names skips a message, as far as the message tells."""
        if self._own.said(incoming):
            return SkipReason.OWN_ACCOUNT
        unfit = why_not(incoming, usernames)
        if unfit is None and withdrawal_in(incoming, usernames) is not None:
            return None  # executed however late it comes
        return self._why_told_before(incoming) or self._why_late(incoming) or unfit

    def in_turn(
        self, row: int, incoming: IncomingMessage, withdrawal: GivenCommand | None
    ) -> SkipReason | None:
        """Return why a message gets no answer now: others in the chat may have waited long.

        Counts the answer that it allows.
        """
        if self._privacy.is_forgotten(incoming.sender, row):
            return SkipReason.FORGOTTEN
        is_exact = withdrawal is not None and withdrawal.is_exact
        admit = self._limits.admit_withdrawal if is_exact else self._limits.admit
        return self._why_late(incoming) or admit(incoming.account, incoming.chat, incoming.sender)

    def once_worded(
        self, row: int, incoming: IncomingMessage, reason: SkipReason | None
    ) -> SkipReason | None:
        """Return why the answer is not sent: `reason`, or what happened while it was worded."""
        if self._privacy.is_forgotten(incoming.sender, row):
            return SkipReason.FORGOTTEN
        return reason or self._why_told_before(incoming)  # what it withdraws, it does in silence

    def _why_told_before(self, incoming: IncomingMessage) -> SkipReason | None:
        """Return the reason for a message that a lost database may have answered already."""
        before = self._messages.told_before
        is_old = before is not None and incoming.at < before
        return SkipReason.RESTORED if is_old else None

    def _why_late(self, incoming: IncomingMessage) -> SkipReason | None:
        late = self._clock.now() - incoming.at > EXPIRY
        return SkipReason.EXPIRED if late else None
