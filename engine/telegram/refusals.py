"""Maps each refusal by Telegram to a reaction: another form of the message, patience, or a person.

A refusal means that nothing was delivered. So a message may be tried in another form under the same
random_id. If the process is killed in between, the next one sends the first form again; it is
refused again or hears that the id was used, and nothing arrives twice. Source:
https://core.telegram.org/method/messages.sendMessage#possible-errors
"""

import enum
import re

from telethon import errors
from telethon.errors.rpcerrorlist import rpc_errors_dict

_NAMES: dict[type[Exception], str] = {kind: name for name, kind in rpc_errors_dict.items()}
_NAME = re.compile(r"[A-Za-z0-9_]{1,64}")


class Verdict(enum.Enum):
    """The reaction that a refusal calls for."""

    # another form of the same message may be accepted
    NO_QUOTE = enum.auto()  # the message to answer no longer exists
    NO_TOPIC = enum.auto()  # the forum topic no longer exists
    SHORTER = enum.auto()
    NO_PREVIEW = enum.auto()  # without the preview of a link
    OTHER_PEER = enum.auto()  # the chat must be addressed differently; if that fails, it is gone
    # no form helps
    GONE = enum.auto()  # no recipient exists
    FINAL = enum.auto()
    # a person must act
    NO_RIGHTS = enum.auto()  # in this chat
    LIMITED = enum.auto()  # the whole account may not write for a while
    REFUSED = enum.auto()  # the account is not logged in
    # the same form may be accepted later
    TROUBLE = enum.auto()
    RECONNECT = enum.auto()


_VERDICTS = {
    Verdict.NO_QUOTE: """MESSAGE_ID_INVALID MSG_ID_INVALID QUOTE_TEXT_INVALID
        REPLY_MESSAGES_TOO_MUCH REPLY_MESSAGE_ID_INVALID REPLY_TO_INVALID
        REPLY_TO_MONOFORUM_PEER_INVALID REPLY_TO_USER_INVALID STORY_ID_INVALID
        TODO_ITEM_DUPLICATE TODO_ITEMS_EMPTY""",
    Verdict.NO_TOPIC: "TOPIC_DELETED TOPIC_ID_INVALID TOPIC_NOT_FOUND",
    Verdict.SHORTER: "MESSAGE_TOO_LONG MEDIA_CAPTION_TOO_LONG INPUT_TEXT_TOO_LONG",
    Verdict.NO_PREVIEW: """CHAT_SEND_WEBPAGE_FORBIDDEN WC_CONVERT_URL_INVALID WEBPAGE_CURL_FAILED
        WEBPAGE_MEDIA_EMPTY WEBPAGE_NOT_FOUND WEBPAGE_URL_INVALID""",
    Verdict.OTHER_PEER: """ACCESS_HASH_INVALID CHANNEL_INVALID CHAT_ID_INVALID CHAT_INVALID
        PEER_ID_INVALID USER_ID_INVALID USER_INVALID""",
    Verdict.GONE: """CHANNEL_MONOFORUM_UNSUPPORTED INPUT_USER_DEACTIVATED USER_DELETED
        USER_IS_BLOCKED USER_IS_BOT YOU_BLOCKED_USER""",
    Verdict.FINAL: """MESSAGE_EMPTY PRIVACY_PREMIUM_REQUIRED RANDOM_ID_EMPTY SEND_AS_PEER_INVALID
        TOPIC_CLOSED""",
    Verdict.NO_RIGHTS: """BOT_GROUPS_BLOCKED CHANNEL_PRIVATE CHAT_ADMIN_REQUIRED CHAT_FORBIDDEN
        CHAT_GUEST_SEND_FORBIDDEN CHAT_RESTRICTED CHAT_SEND_PLAIN_FORBIDDEN CHAT_WRITE_FORBIDDEN
        RIGHT_FORBIDDEN USER_BANNED_IN_CHANNEL USER_NOT_PARTICIPANT""",
    Verdict.LIMITED: "FROZEN_METHOD_INVALID FROZEN_PARTICIPANT_MISSING PEER_FLOOD USER_RESTRICTED",
    Verdict.TROUBLE: "MSG_WAIT_FAILED RPC_CALL_FAIL RPC_MCGET_FAIL TIMEOUT",
    Verdict.RECONNECT: """CONNECTION_LAYER_INVALID CONNECTION_NOT_INITED CONNECTION_SYSTEM_EMPTY
        MSGID_DECREASE_RETRY""",
}
_BY_NAME = {name: verdict for verdict, names in _VERDICTS.items() for name in names.split()}
_BY_CODE = (
    (errors.UnauthorizedError, Verdict.REFUSED),
    (errors.InvalidDCError, Verdict.RECONNECT),  # the login finds out which data centre it is
    (errors.FloodError, Verdict.TROUBLE),  # Telegram does not say how long to wait
)
_TOO_MANY, _OF_THE_SERVER = 429, 500  # 500 and above; Telegram sends either sign


def name_of(error: errors.RPCError) -> str:
    """Return Telegram's name of the error, e.g. CHAT_WRITE_FORBIDDEN, else its type's name."""
    if name := _NAMES.get(type(error)):
        return name
    is_name = _NAME.fullmatch(error.message or "")
    return f"{error.message}" if is_name else f"{type(error).__name__} {error.code}"


def verdict_on(error: errors.RPCError) -> Verdict:
    """Return the verdict on `error`; unlisted errors are judged by their code."""
    verdict = _BY_NAME.get(name_of(error).upper())
    if verdict is not None:
        return verdict
    code = abs(error.code or 0)
    if code == _TOO_MANY or code >= _OF_THE_SERVER:
        return Verdict.TROUBLE
    by_code = (verdict for kind, verdict in _BY_CODE if isinstance(error, kind))
    return next(by_code, Verdict.FINAL)
