"""What the bots of a fleet share to keep to what people and chats have agreed to."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from engine.bots.consent.consents import ConsentLedger, Profiles
from engine.bots.consent.membership import Membership
from engine.bots.consent.person_data import PersonData
from engine.bots.messages.chat_language import ChatLanguage
from engine.bots.unasked.announcement_pool import AnnouncementPool
from engine.bots.unasked.announcement_spacing import Spacing, spacing_of
from engine.clock import Clock
from engine.gates import Gate, Gates
from engine.settings import Preset
from engine.storage.announcements import Announcements, Rounds
from engine.storage.chats import Chats
from engine.storage.database.database import Database
from engine.storage.messages.message import OutgoingMessage
from engine.storage.messages.messages import Messages
from engine.storage.messages.moved_chats import MovedChats
from engine.storage.people.consents import Consents, Purpose
from engine.storage.people.person_data import PersonRecords
from engine.storage.people.subscriptions import Subscriptions


def _nobody() -> Sequence[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Said:
    """How many messages nobody had written for were sent or dropped, by purpose."""

    sent: Counter[Purpose] = field(default_factory=Counter)
    dropped: Counter[Purpose] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator decided."""

    pool: AnnouncementPool
    preset: Preset = Preset.NORMAL
    retention_days: int = 90

    @property
    def spacing(self) -> Spacing:
        return spacing_of(self.preset)


@dataclass(slots=True)
class Conduct:
    """`of` makes one for a database."""

    rules: Rules
    gates: Gates
    consents: ConsentLedger
    people: PersonData
    subscriptions: Subscriptions
    membership: Membership
    messages: Messages
    announcements: Announcements
    rounds: Rounds
    language: ChatLanguage
    names: dict[str, str]  # by account: what people call the bot, once that is known
    providers: Callable[[], Sequence[str]] = field(default=_nobody)
    """Names of the language models' providers that may be asked; with none, nobody is."""
    said: Said = field(default_factory=Said)

    @classmethod
    def of(
        cls,
        database: Database,
        rules: Rules,
        gates: Gates,
        clock: Clock,
        *,
        messages: Messages | None = None,
        profiles: Profiles | None = None,
    ) -> "Conduct":
        names: dict[str, str] = {}
        messages = messages or Messages(database)
        consents, subscriptions = Consents(database), Subscriptions(database)
        ledger = ConsentLedger(consents, clock, profiles)

        def moved() -> None:
            ledger.forget()
            messages.forget()

        conduct = cls(
            rules=rules,
            gates=gates,
            consents=ledger,
            people=PersonData(
                records=PersonRecords(database),
                consents=consents,
                subscriptions=subscriptions,
                ledger=ledger,
                clock=clock,
                names=names,
            ),
            subscriptions=subscriptions,
            membership=Membership(
                subscriptions, Chats(database), MovedChats(database), clock, moved
            ),
            messages=messages,
            announcements=Announcements(database),
            rounds=Rounds(database),
            language=ChatLanguage(messages),
            names=names,
        )
        conduct.people.when_erased.append(messages.forget)
        return conduct

    def forget_copies(self) -> None:
        """Another process has changed what was agreed or said: nothing is to be held on to."""
        self.consents.forget()
        self.messages.forget()

    async def wants(self, message: OutgoingMessage) -> bool:
        """Whether a message that answers nobody is wanted at this moment; raises StorageError."""
        purpose = Purpose(message.purpose or "")
        if not self.gates.is_open(Gate.ANNOUNCEMENTS):
            return False
        return await self.subscriptions.is_active(message.account, message.chat, purpose)
