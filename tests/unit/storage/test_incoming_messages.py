"""What a restart takes up is what had arrived, whatever it was."""

import itertools

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.storage.database.database import Database
from engine.storage.messages.message import ChatKind, IncomingMessage
from engine.storage.messages.messages import Messages
from engine.storage.peer import Peer

_WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
_NUMBERS = st.integers(-(2**63), 2**63 - 1)
_accounts = itertools.count()

incoming = st.builds(
    IncomingMessage,
    account=st.just(""),
    chat=_NUMBERS,
    message=_NUMBERS,
    sender=_NUMBERS,
    sender_is_bot=st.booleans(),
    kind=st.sampled_from(ChatKind),
    text=_WORDS,
    mentions_us=st.booleans(),
    peer=st.builds(Peer, st.sampled_from(("user", "chat", "channel")), _NUMBERS, _NUMBERS),
    at=st.floats(0.0, 1e10),
    title=_WORDS,
    language=st.none() | _WORDS.filter(bool),
    left=st.none(),  # or a restart would not take it up
    of_another=st.booleans(),
    forwarded_from=st.none(),  # asked once, before a message is stored
)


@given(st.lists(incoming, max_size=20, unique_by=lambda one: (one.chat, one.message)))
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_a_message_comes_back_from_the_database_as_it_went_in(
    database: Database, drawn: list[IncomingMessage]
) -> None:
    messages, account = Messages(database), f"bot {next(_accounts)}"
    heard = [msgspec.structs.replace(one, account=account) for one in drawn]
    await messages.store_incoming(heard)
    assert [one.message for one in await messages.unfinished_incoming(account)] == heard
