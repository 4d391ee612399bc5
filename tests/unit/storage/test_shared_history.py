"""What several accounts have of one group, put together."""

import pytest

from engine.storage.database.database import Database
from engine.storage.messages.message import ChatKind, IncomingMessage, OutgoingMessage
from engine.storage.messages.messages import Messages
from engine.storage.messages.shared_history import SharedHistory, SharedLine
from engine.storage.peer import Peer
from engine.storage.people.consents import Purpose
from engine.storage.people.person_data import PersonRecords

SUPERGROUP, BASIC = -1_001_000_000_001, -77
BOTS = ("anna", "bora", "cem")
ADA, CAN = 501, 502


class Group:
    """One chat, with messages as accounts got and sent them."""

    def __init__(self, database: Database, chat: int) -> None:
        self.messages = Messages(database)
        self.history = SharedHistory(database)
        self.now = 1_800_000_000.0
        self.chat = chat
        self.peer = Peer("channel" if chat == SUPERGROUP else "chat", 1)

    async def got(
        self,
        account: str,
        message: int,
        text: str,
        *,
        person: int = ADA,
        late: float = 0.0,
        left: str | None = "not_addressed",
        is_bot: bool = False,
    ) -> int:
        at = self.now + late
        (stored,) = await self.messages.store_incoming(
            [
                IncomingMessage(
                    account=account,
                    chat=self.chat,
                    message=message,
                    sender=person,
                    sender_is_bot=is_bot,
                    kind=ChatKind.GROUP,
                    text=text,
                    mentions_us=False,
                    peer=self.peer,
                    at=at,
                    left=left,
                )
            ]
        )
        self.now += 0.01
        return stored.id

    async def said(
        self, account: str, text: str, purpose: Purpose | None = None, answers: int | None = None
    ) -> int:
        now = self.now
        self.now += 0.01
        return await self.messages.plan(
            OutgoingMessage(
                account=account,
                chat=self.chat,
                random_id=1,
                text=text,
                peer=self.peer,
                at=now,
                expires_at=now + 60,
                incoming=answers,
                purpose=purpose.value if purpose else None,
            )
        )

    async def lines(self, limit: int = 50) -> list[SharedLine]:
        return list(await self.history.of(BOTS, self.chat, limit))


@pytest.fixture
def supergroup(database: Database) -> Group:
    return Group(database, SUPERGROUP)


@pytest.fixture
def basic(database: Database) -> Group:
    return Group(database, BASIC)


def texts(lines: list[SharedLine]) -> list[str]:
    return [line.text for line in lines]


async def test_what_several_bots_got_is_one_line_and_each_sees_what_others_said(
    supergroup: Group,
) -> None:
    for account in ("anna", "bora"):
        await supergroup.got(account, 7, "hello")
    await supergroup.said("cem", "welcome", Purpose.TALK)
    await supergroup.got("anna", 9, "hello", person=CAN)
    lines = await supergroup.lines()
    assert texts(lines) == ["hello", "welcome", "hello"]
    assert [line.person for line in lines] == [ADA, None, CAN]
    assert set(lines[0].copies) == {"anna", "bora"}
    assert lines[1].bot == "cem"
    assert lines[1].is_remark
    assert texts(await supergroup.lines(limit=2)) == ["welcome", "hello"]


async def test_in_a_basic_group_each_account_numbers_for_itself(basic: Group) -> None:
    await basic.got("anna", 7, "hello")
    await basic.got("bora", 12, "hello", late=0.7)  # by its own clock
    await basic.got("anna", 8, "hello")  # once more
    basic.now += 60
    await basic.got("bora", 40, "hello")
    lines = await basic.lines()
    numbers = [{name: copy.message for name, copy in line.copies.items()} for line in lines]
    assert {"anna": 7, "bora": 12} in numbers
    assert {"anna": 8} in numbers
    assert {"bora": 40} in numbers
    assert len(lines) == 3


async def test_only_what_was_meant_for_nobody_and_not_answered_is_free(supergroup: Group) -> None:
    first = await supergroup.got("anna", 1, "to nobody")
    await supergroup.got("anna", 2, "to bora")
    await supergroup.got("bora", 2, "to bora", left=None)
    await supergroup.got("anna", 3, "to nobody either")
    free = {line.text: line.is_free for line in await supergroup.lines()}
    assert free == {"to nobody": True, "to bora": False, "to nobody either": True}
    planned = await supergroup.said("cem", "I know", Purpose.TALK, answers=first)
    assert not (await supergroup.lines())[0].is_free
    await supergroup.messages.set_aside(planned, "withdrawn", supergroup.now)
    lines = await supergroup.lines()
    assert "I know" not in texts(lines)  # it never arrived
    assert lines[0].is_free


async def test_bots_own_accounts_and_what_is_no_conversation_lend_no_words(
    supergroup: Group,
) -> None:
    await supergroup.got("anna", 1, "buy!", is_bot=True)
    await supergroup.got("anna", 2, "from the fleet", left="own_account")
    command = await supergroup.got("anna", 3, "/mydata", left=None)
    question = await supergroup.got("anna", 4, "who are you?", left=None)
    await supergroup.said("anna", "all of your data", answers=command)
    await supergroup.said("anna", "a bot", answers=question)
    await supergroup.said("anna", "news of the day", Purpose.ANNOUNCEMENTS)
    assert [text for text in texts(await supergroup.lines()) if text] == [
        "/mydata",
        "who are you?",
        "a bot",
    ]


async def test_what_a_person_had_deleted_is_lent_to_nobody(
    supergroup: Group, database: Database
) -> None:
    row = await supergroup.got("anna", 1, "my secret")
    await supergroup.said("bora", "about your secret", Purpose.TALK, answers=row)
    request = await supergroup.got("anna", 2, "/forget yes")
    await PersonRecords(database).erase(ADA, request, supergroup.now)
    assert "".join(texts(await supergroup.lines())) == ""
