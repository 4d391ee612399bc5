"""Builds the services of a fleet: consents, subscriptions and personal data.

Each service is created once and passed down; users take it from here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.bots.bot_names import BotNames
from engine.bots.chat_language import ChatLanguage
from engine.bots.consent.acquaintances import Acquaintances
from engine.bots.consent.consent_policy import ConsentPolicy
from engine.bots.consent.membership import Membership
from engine.bots.consent.privacy_service import PersonalStore, PrivacyService
from engine.bots.consent.subscriptions import Subscriptions
from engine.bots.limits.announcement_spacing import spacing_of
from engine.clock import Clock
from engine.gates import Gates
from engine.settings import Preset
from engine.storage.chats import Chats
from engine.storage.database.database import Database
from engine.storage.messages.message_store import MessageStore
from engine.storage.messages.moved_chats import MovedChats
from engine.storage.people.consents import Consents
from engine.storage.people.person_data import PersonRecords
from engine.storage.people.subscriptions import SubscriptionRecords


@dataclass(frozen=True, slots=True)
class ConsentServices:
    """The services of one fleet; `build` creates them for a database."""

    policy: ConsentPolicy
    subscriptions: Subscriptions
    privacy: PrivacyService
    membership: Membership
    acquaintances: Acquaintances
    language: ChatLanguage
    names: BotNames
    forget_copies: Callable[[], None]
    """Read again what another process has changed of what was agreed or said."""

    @classmethod
    def build(
        cls,
        database: Database,
        gates: Gates,
        clock: Clock,
        *,
        messages: MessageStore,
        policy: ConsentPolicy | None = None,
        stores: Sequence[PersonalStore] = (),
        preset: Preset = Preset.NORMAL,
        retention_days: int = 90,
    ) -> "ConsentServices":
        """Build the services; `stores` hold other personal data."""
        policy = policy or ConsentPolicy(Consents(database), clock)
        names, records = BotNames(), PersonRecords(database)
        asked_for = SubscriptionRecords(database)
        subscriptions = Subscriptions(asked_for, gates, clock, spacing_of(preset))
        acquaintances = Acquaintances(records)

        def forget_copies() -> None:
            policy.forget()
            messages.forget()

        return cls(
            policy=policy,
            subscriptions=subscriptions,
            privacy=PrivacyService(
                records=records,
                consents=Consents(database),
                subscriptions=asked_for,
                policy=policy,
                stores=(*stores, acquaintances),
                clock=clock,
                names=names,
                retention_days=retention_days,
                forget_copies=forget_copies,
            ),
            membership=Membership(
                subscriptions, Chats(database), MovedChats(database), clock, forget_copies
            ),
            acquaintances=acquaintances,
            language=ChatLanguage(messages),
            names=names,
            forget_copies=forget_copies,
        )
