"""Balances the local Telegram's ledger against an engine's database."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.simulator.world.records import MessageRecord
from engine.storage.database.schema import IncomingState, OutgoingState
from tests.support.soundness import opened_beside

Pair = tuple[int, int, int]
"""A message and a bot it came to: bot, chat, message id as the bot knows it."""


@dataclass(frozen=True, slots=True)
class Balance:
    """How the books of both sides compare, once nothing is under way."""

    answered: int  # pairs with one answer, by the ledger
    left: Mapping[str, int]  # pairs left, by the engine's reason
    lost: tuple[Pair, ...]  # addressed, after the bot was first online, no answer, no reason
    duplicated: tuple[Pair, ...]  # answered more than once
    differences: tuple[str, ...]  # where ledger and database contradict each other


@dataclass(frozen=True, slots=True)
class _Books:
    """What the engine's database says."""

    incoming: dict[Pair, tuple[IncomingState, str | None]]
    open_outgoing: int
    sent: Counter[int]  # by random_id
    repeated_plans: int  # incoming messages with more than one answer planned


def balance(messages: Sequence[MessageRecord], data: Path, online: Mapping[str, float]) -> Balance:
    """Compare; `online` says when each bot first came online, in seconds since the epoch."""
    books = _read(data)
    answers = {
        (bot, message.chat, message.message_id or message.ids[bot]): (message, one)
        for message in messages
        for bot, one in message.deliveries.items()
    }
    lost, duplicated = [], []
    for pair, (message, one) in answers.items():
        state, reason = books.incoming.get(pair, (None, None))
        duplicated += [pair] * (one.answers > 1)
        if one.answers or not one.addressed or message.at < online[str(pair[0])]:
            continue
        if state is not IncomingState.LEFT or reason is None:
            lost.append(pair)
    return Balance(
        sum(one.answers == 1 for _, one in answers.values()),
        Counter(reason for state, reason in books.incoming.values() if reason),
        tuple(lost),
        tuple(duplicated),
        tuple(_differences(messages, books, {p: one.answers for p, (_, one) in answers.items()})),
    )


def _differences(
    messages: Sequence[MessageRecord], books: _Books, answers: Mapping[Pair, int]
) -> list[str]:
    found = []
    for pair, (state, _) in books.incoming.items():
        if pair not in answers:
            found.append(f"{pair} is stored, and nobody wrote it")
        elif state not in {IncomingState.ANSWERED, IncomingState.LEFT}:
            found.append(f"{pair} has no end: {state.name}")
        elif (state is IncomingState.ANSWERED) != bool(answers[pair]):
            found.append(f"{pair} is {state.name}, with {answers[pair]} answers")
    found += [
        f"{pair} was answered and is not stored"
        for pair, count in answers.items()
        if count and pair not in books.incoming
    ]
    written = Counter(message.random_id for message in messages if message.random_id)
    if books.sent != written:
        found.append(f"{books.sent.total()} are marked sent, {written.total()} were written")
    if books.open_outgoing:
        found.append(f"{books.open_outgoing} planned and neither sent nor set aside")
    if books.repeated_plans:
        found.append(f"{books.repeated_plans} messages have more than one answer planned")
    return found


def _read(data: Path) -> _Books:
    with opened_beside(data / "gavatcore.db") as database:
        incoming = {
            (int(account), chat, message): (IncomingState(state), reason)
            for account, chat, message, state, reason in database.execute(
                "select account, chat, message, state, reason from incoming"
            )
        }
        states = database.execute("select state, random_id from outgoing").fetchall()
        repeated = database.execute(
            "select count(*) from (select 1 from outgoing where incoming is not null"
            " group by incoming having count(*) > 1)"
        ).fetchone()[0]
    sent = Counter(number for state, number in states if state == OutgoingState.SENT)
    planned = sum(state == OutgoingState.PLANNED for state, _ in states)
    return _Books(incoming, planned, sent, repeated)
