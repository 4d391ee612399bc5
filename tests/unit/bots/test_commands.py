"""Commands are told from other texts, and one bot's from another's."""

import pytest

from engine.bots.messages.commands import Command, Request, request_in
from engine.storage.people.consents import Purpose


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("/start", Request(Command.START)),
        ("  /Subscribe@Anna_Bot  talk ", Request(Command.SUBSCRIBE, "talk")),
        ("/mydata\n2", Request(Command.MYDATA, "2")),
        ("/start@bora_bot", None),
        ("/start deep-link", Request(Command.START, "deep-link")),
        ("/starting", None),
        ("please /start", None),
        ("/", None),
    ],
)
def test_a_command_is_recognised(text: str, request_: Request | None) -> None:
    assert request_in(text, {"anna_bot"}) == request_


def test_what_follows_a_command_is_understood() -> None:
    assert Request(Command.SUBSCRIBE, "Talk").purpose is Purpose.TALK
    assert Request(Command.SUBSCRIBE).purpose is Purpose.ANNOUNCEMENTS
    assert Request(Command.FORGET, "YES").is_confirmed
    assert Request(Command.FORGET, "evet").is_confirmed
    assert not Request(Command.FORGET).is_confirmed
    assert not Request(Command.FORGET, "no").is_confirmed
    pages = [Request(Command.MYDATA, rest).page for rest in ("", "3", "0", "-1", "x", "9" * 99)]
    assert pages == [1, 3, 1, 1, 1, 1]


def test_what_takes_something_back_is_told_from_all_else() -> None:
    def withdrawal(text: str) -> tuple[bool, bool]:
        request = request_in(text, "anna_bot")
        return (request.is_withdrawal, request.is_exact) if request else (False, False)

    exact = ("/unsubscribe", "/unsubscribe TALK", "/forget", "/forget yes", " /decline@Anna_bot ")
    assert {withdrawal(text) for text in exact} == {(True, True)}
    more = ("/unsubscribe me", "/forget me not", "/decline\nand tell me a joke")
    assert {withdrawal(text) for text in more} == {(True, False)}
    others = ("/subscribe", "/mydata", "/forgetful", "forget", "/decline@bora_bot", "/agree")
    assert {withdrawal(text) for text in others} == {(False, False)}
