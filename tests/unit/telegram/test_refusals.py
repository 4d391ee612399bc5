"""Each refusal of a send calls for another form, patience, or a person."""

import pytest
from telethon.errors import BadMessageError, rpc_message_to_error
from telethon.tl.types import RpcError

from engine.telegram.faults import (
    AccountRefusedError,
    AlreadyDeliveredError,
    ChatGoneError,
    ConnectionLostError,
    FloodWaitError,
    NoRightsError,
    SlowModeError,
    TelegramTroubleError,
    UndeliverableError,
    translate,
)
from engine.telegram.refusals import Verdict


@pytest.mark.parametrize(
    ("code", "name", "kind", "verdict"),
    [
        (400, "REPLY_MESSAGE_ID_INVALID", UndeliverableError, Verdict.NO_QUOTE),
        (400, "MSG_ID_INVALID", UndeliverableError, Verdict.NO_QUOTE),
        (400, "QUOTE_TEXT_INVALID", UndeliverableError, Verdict.NO_QUOTE),
        (406, "TOPIC_DELETED", UndeliverableError, Verdict.NO_TOPIC),
        (406, "TOPIC_CLOSED", UndeliverableError, Verdict.FINAL),
        (400, "MESSAGE_TOO_LONG", UndeliverableError, Verdict.SHORTER),
        (403, "CHAT_SEND_WEBPAGE_FORBIDDEN", UndeliverableError, Verdict.NO_PREVIEW),
        (400, "PEER_ID_INVALID", ChatGoneError, Verdict.OTHER_PEER),
        (400, "CHANNEL_INVALID", ChatGoneError, Verdict.OTHER_PEER),
        (400, "USER_IS_BLOCKED", ChatGoneError, Verdict.GONE),
        (400, "INPUT_USER_DEACTIVATED", ChatGoneError, Verdict.GONE),
        (403, "CHAT_WRITE_FORBIDDEN", NoRightsError, Verdict.NO_RIGHTS),
        (403, "CHAT_GUEST_SEND_FORBIDDEN", NoRightsError, Verdict.NO_RIGHTS),
        (406, "CHANNEL_PRIVATE", NoRightsError, Verdict.NO_RIGHTS),
        (400, "MESSAGE_EMPTY", UndeliverableError, Verdict.FINAL),
        (403, "SOMETHING_NEW", UndeliverableError, Verdict.FINAL),
        (400, "SOMETHING_NEW", UndeliverableError, Verdict.FINAL),
    ],
)
def test_a_refusal_of_a_message_says_what_may_be_tried(
    code: int, name: str, kind: type[UndeliverableError], verdict: Verdict
) -> None:
    error = translate(rpc_message_to_error(RpcError(code, name), None))
    assert type(error) is kind
    assert isinstance(error, UndeliverableError)
    assert error.verdict is verdict
    assert name in str(error)


@pytest.mark.parametrize(
    ("code", "name", "kind"),
    [
        (500, "RANDOM_ID_DUPLICATE", AlreadyDeliveredError),
        (420, "FLOOD_WAIT_7", FloodWaitError),
        (420, "SLOWMODE_WAIT_7", SlowModeError),
        (400, "PEER_FLOOD", FloodWaitError),
        (420, "FROZEN_METHOD_INVALID", FloodWaitError),
        (400, "MSG_WAIT_FAILED", TelegramTroubleError),
        (500, "SOMETHING_NEW", TelegramTroubleError),
        (-503, "Timeout", TelegramTroubleError),
        (400, "CONNECTION_NOT_INITED", ConnectionLostError),
        (303, "USER_MIGRATE_4", ConnectionLostError),
        (401, "AUTH_KEY_UNREGISTERED", AccountRefusedError),
        (401, "SOMETHING_NEW", AccountRefusedError),
    ],
)
def test_a_refusal_that_is_not_about_the_message_does_not_cost_it(
    code: int, name: str, kind: type[Exception]
) -> None:
    assert type(translate(rpc_message_to_error(RpcError(code, name), None))) is kind


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (502, "BAD_GATEWAY"),
        (-504, "GATEWAY_TIMEOUT"),
        (-500, "No workers running"),
        (429, "Too Many Requests"),
        (-429, "FLOOD"),
        (420, "FLOOD_WAIT"),
        (420, "FLOOD_OF_A_NEW_KIND_7"),
    ],
)
def test_trouble_of_telegrams_own_is_waited_out_whatever_its_name(code: int, name: str) -> None:
    assert type(translate(rpc_message_to_error(RpcError(code, name), None))) is TelegramTroubleError


def test_a_message_that_the_transport_would_not_take_is_told_again() -> None:
    assert isinstance(translate(BadMessageError(None, 20)), TelegramTroubleError)
