"""A person's data is shown whole, in messages that Telegram takes."""

import msgspec
import pytest

from engine.bots.bot_names import BotNames
from engine.bots.consent.consent_policy import ConsentPolicy
from engine.bots.consent.privacy_service import PrivacyService
from engine.storage.database.database import Database
from engine.storage.messages.message import ChatKind, IncomingMessage
from engine.storage.messages.messages import Messages
from engine.storage.people.consents import Consents, Purpose
from engine.storage.people.person_data import PersonRecords
from engine.storage.people.subscriptions import SubscriptionRecords
from tests.support.clock import ManualClock
from tests.support.stored_samples import PEER, heard

ADA = heard().sender


class Memories:
    """Another store of what is personal."""

    def __init__(self) -> None:
        self.kept = {ADA: ["She has a cat called Tekir."], 43: ["He is shy."]}

    async def export(self, person: int) -> list[str]:
        return self.kept.get(person, [])

    async def erase(self, person: int) -> None:
        self.kept.pop(person, None)


@pytest.fixture
def policy(database: Database, clock: ManualClock) -> ConsentPolicy:
    return ConsentPolicy(Consents(database), clock)


@pytest.fixture
def memories() -> Memories:
    return Memories()


@pytest.fixture
def data(
    database: Database, clock: ManualClock, policy: ConsentPolicy, memories: Memories
) -> PrivacyService:
    names = BotNames()
    names.learn("anna", "Anna")
    return PrivacyService(
        records=PersonRecords(database),
        consents=Consents(database),
        subscriptions=SubscriptionRecords(database),
        policy=policy,
        stores=[memories],
        clock=clock,
        names=names,
        retention_days=90,
        forget_copies=policy.forget,
    )


async def test_every_text_is_on_one_of_the_pages_and_each_fits_into_a_message(
    database: Database, data: PrivacyService
) -> None:
    texts = [f"<{number}>" + "ğ" * (90 * number) for number in range(1, 46)]
    await Messages(database).store_incoming(
        [heard(number, text=text) for number, text in enumerate(texts)]
    )
    first = await data.page(ADA, 1, "en")
    count = int(first.rpartition("Page 1 of ")[2].partition(".")[0])
    pages = [await data.page(ADA, number, "en") for number in range(1, count + 1)]
    assert max(map(len, pages)) <= 4096
    assert sum(page.count("ğ") for page in pages) == sum(text.count("ğ") for text in texts)
    assert all(any(text[:4] in page for page in pages) for text in texts)
    assert await data.page(ADA, 999, "en") == pages[-1]


async def test_other_stores_are_shown_and_erased_as_well(
    database: Database, data: PrivacyService, memories: Memories
) -> None:
    await SubscriptionRecords(database).begin(
        "anna", -5, Purpose.TALK, title="Club", peer=PEER, by=ADA, at=1.0, confirmed=True
    )
    (request,) = await Messages(database).store_incoming([heard(1, text="/forget yes")])
    page = await data.page(ADA, 1, "en")
    assert "Tekir" in page
    assert "/subscribe talk in Club" in page
    incoming = IncomingMessage(
        account="anna",
        chat=heard().chat,
        message=1,
        sender=ADA,
        sender_is_bot=False,
        kind=ChatKind.DIRECT,
        text="/forget yes",
        mentions_us=False,
        peer=PEER,
        at=1.0,
    )
    await data.erase(incoming)
    assert memories.kept == {43: ["He is shy."]}
    assert data.is_forgotten(ADA, request.id - 1)  # an older message that still waits
    assert not data.is_forgotten(ADA, request.id)
    assert not data.is_forgotten(43, request.id - 1)


async def test_a_consent_is_shown_with_the_bot_or_the_group_it_was_given_in(
    clock: ManualClock, data: PrivacyService, policy: ConsentPolicy
) -> None:
    await policy.give(ADA, "anna", ADA, Purpose.LLM)
    await policy.give(ADA, "anna", -5, Purpose.LLM)
    clock.advance(60)
    await policy.withdraw(ADA, "anna", ADA, Purpose.LLM)
    page = (await data.page(ADA, 1, "en")).splitlines()
    (direct,) = [line for line in page if "chat with Anna" in line]
    (group,) = [line for line in page if "chat -5" in line]
    assert "it counted until" in direct
    assert "until" not in group


async def test_erasing_takes_a_consent_back_at_once(
    database: Database, data: PrivacyService, policy: ConsentPolicy
) -> None:
    await policy.give(ADA, "anna", ADA, Purpose.LLM)
    assert await policy.allows(ADA, "anna", ADA, Purpose.LLM)
    message = msgspec.structs.replace(heard(1, text="/forget yes"), chat=ADA)
    await Messages(database).store_incoming([message])
    incoming = IncomingMessage(
        "anna", ADA, 1, ADA, False, ChatKind.DIRECT, "/forget yes", False, PEER, 1.0
    )
    await data.erase(incoming)
    assert not await policy.allows(ADA, "anna", ADA, Purpose.LLM)
