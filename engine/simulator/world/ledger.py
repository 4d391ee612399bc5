"""Reads the ledger: messages, their deliveries, and their answers."""

from collections.abc import Iterable, Iterator

from engine.simulator.world.records import DeliveryRecord, MessageRecord, Unanswered
from engine.simulator.world.state import Delivery, Message, WorldState


def record(message: Message) -> MessageRecord:
    """Return a message as a test reads it."""
    deliveries = {
        bot: DeliveryRecord(
            one.addressed,
            one.pushed,
            one.acknowledged,
            one.fetched,
            one.answers,
            one.answered_at,
        )
        for bot, one in message.deliveries.items()
    }
    return MessageRecord(
        message.uid,
        message.chat,
        message.bot,
        message.sender,
        message.text,
        message.date,
        message.number or message.ids.get(message.bot, 0),
        message.ids,
        message.random_id,
        message.reply_to,
        message.refused,
        bool(message.edited),
        message.deleted,
        deliveries,
    )


def _pairs(messages: Iterable[Message]) -> Iterator[tuple[Message, int, Delivery]]:
    for message in messages:
        for bot, delivery in message.deliveries.items():
            yield message, bot, delivery


def _percentile(ordered: list[float], share: float) -> float | None:
    if not ordered:
        return None
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def summarise(state: WorldState) -> dict[str, object]:
    """Return the part of a `LedgerSummary` that follows from the state alone."""
    received = pending = pushed = addressed = answered = answered_addressed = duplicated = 0
    latencies: list[float] = []
    unanswered: list[Unanswered] = []
    for message, bot, one in _pairs(state.messages):
        delivered = bool(one.acknowledged + one.fetched + one.answers)
        pushed += bool(one.pushed + one.fetched)
        received += delivered
        pending += not delivered
        addressed += one.addressed
        duplicated += one.answers > 1
        if one.answers:
            answered += 1
            answered_addressed += one.addressed
            latencies.append(1000 * (one.answered_at - message.date))
        else:
            number = message.number or message.ids.get(bot, 0)
            unanswered.append(
                Unanswered(bot, message.chat, number, message.date, one.addressed, delivered)
            )
    latencies.sort()
    unanswered.sort(key=lambda pair: not pair.addressed)
    counters = state.counters
    return {
        "messages": len(state.messages),
        "received": received,
        "pending": pending,
        "pushed": pushed,
        "addressed": addressed,
        "answered": answered,
        "answered_addressed": answered_addressed,
        "waiting": addressed - answered_addressed,
        "duplicated": duplicated,
        "unprompted": counters.unprompted,
        "unanswered": unanswered,
        "answer_p50_ms": _percentile(latencies, 0.50),
        "answer_p95_ms": _percentile(latencies, 0.95),
        "answer_p99_ms": _percentile(latencies, 0.99),
        "methods": counters.methods,
        "unknown_methods": counters.unknown_methods,
        "floods": counters.floods,
        "floods_ignored": counters.floods_ignored,
        "faults": counters.faults,
        "random_ids_refused": counters.random_ids_refused,
        "connections": counters.connections,
        "logins": counters.logins,
    }
