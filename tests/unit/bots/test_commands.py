"""Commands are told from other texts, and one bot's from another's."""

import pytest

from engine.bots.messages.commands import ChatCommand, GivenCommand, request_in
from engine.storage.people.consents import Purpose


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("/start", GivenCommand(ChatCommand.START)),
        ("  /Subscribe@Anna_Bot  talk ", GivenCommand(ChatCommand.SUBSCRIBE, "talk")),
        ("/mydata\n2", GivenCommand(ChatCommand.MYDATA, "2")),
        ("/start@bora_bot", None),
        ("/start deep-link", GivenCommand(ChatCommand.START, "deep-link")),
        ("/starting", None),
        ("please /start", None),
        ("/", None),
    ],
)
def test_a_command_is_recognised(text: str, request_: GivenCommand | None) -> None:
    assert request_in(text, {"anna_bot"}) == request_


def test_what_follows_a_command_is_understood() -> None:
    assert GivenCommand(ChatCommand.SUBSCRIBE, "Talk").purpose is Purpose.TALK
    assert GivenCommand(ChatCommand.SUBSCRIBE).purpose is Purpose.ANNOUNCEMENTS
    assert GivenCommand(ChatCommand.FORGET, "YES").is_confirmed
    assert GivenCommand(ChatCommand.FORGET, "evet").is_confirmed
    assert not GivenCommand(ChatCommand.FORGET).is_confirmed
    assert not GivenCommand(ChatCommand.FORGET, "no").is_confirmed
    pages = [
        GivenCommand(ChatCommand.MYDATA, rest).page for rest in ("", "3", "0", "-1", "x", "9" * 99)
    ]
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
