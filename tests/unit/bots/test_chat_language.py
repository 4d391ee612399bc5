"""A bot speaks of itself in the language of the person or the chat."""

import pytest

from engine.bots.chat_language import ChatLanguage
from engine.storage.database.database import Database
from engine.storage.messages.message import ChatKind, IncomingMessage
from engine.storage.messages.messages import Messages
from tests.support.stored_samples import PEER, heard

CHAT = heard().chat


def asked(language: str | None) -> IncomingMessage:
    return IncomingMessage(
        "anna", CHAT, 99, 42, False, ChatKind.GROUP, "/help", True, PEER, 1.0, language=language
    )


@pytest.mark.parametrize(
    ("texts", "language", "spoken"),
    [
        ([], "tr", "tr"),
        ([], "en", "en"),
        ([], None, "en"),
        (["yarın akşam görüşelim mi"], None, "tr"),
        (["yarın akşam görüşelim mi"], "en", "tr"),
        (["shall we meet tomorrow night"], None, "en"),
        (["shall we meet tomorrow night"], "tr", "tr"),
        (["see you there", "where is that", "olur, görüşürüz"], None, "en"),
        (["/start", "/help"], None, "en"),
    ],
)
async def test_the_persons_telegram_and_the_last_messages_decide(
    database: Database, texts: list[str], language: str | None, spoken: str
) -> None:
    messages = Messages(database)
    await messages.store_incoming([heard(n, text=text) for n, text in enumerate(texts)])
    assert await ChatLanguage(messages).of_message("anna", asked(language)) == spoken
