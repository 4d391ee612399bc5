"""What a restart takes up is what had arrived, whatever it was."""

import itertools

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.bots.messages.incoming_rows import from_row, to_row
from engine.storage.database.database import Database
from engine.storage.messages.message import Peer
from engine.storage.messages.messages import Messages
from engine.telegram.updates.incoming import ChatKind, Incoming

_WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
_NUMBERS = st.integers(-(2**63), 2**63 - 1)
_accounts = itertools.count()

incoming = st.builds(
    Incoming,
    chat=_NUMBERS,
    message=_NUMBERS,
    sender=_NUMBERS,
    sender_is_bot=st.booleans(),
    kind=st.sampled_from(ChatKind),
    text=_WORDS,
    mentions_us=st.booleans(),
    peer=st.builds(Peer, st.sampled_from(("user", "chat", "channel")), _NUMBERS, _NUMBERS),
    at=st.floats(0.0, 1e10),
    language=st.none() | _WORDS.filter(bool),
    title=_WORDS,
    forwarded_from=st.none(),  # asked once, before a message is stored
)


@given(st.lists(incoming, max_size=20, unique_by=lambda one: (one.chat, one.message)))
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_a_message_comes_back_from_the_database_as_it_went_in(
    database: Database, heard: list[Incoming]
) -> None:
    messages, account = Messages(database), f"bot {next(_accounts)}"
    await messages.store_incoming([to_row(account, one) for one in heard])
    stored = await messages.unfinished_incoming(account)
    assert [from_row(one.message) for one in stored] == heard
