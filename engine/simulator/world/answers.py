"""Determines which message of a person a bot's message answers.

By reply; in a direct chat without a reply, the oldest message that waits for an answer.
"""

from collections import defaultdict, deque

from engine.simulator.world.state import Account, Message, WorldState


class Answers:
    """Matches answers to messages as they are sent, and counts them in the deliveries."""

    def __init__(self, state: WorldState) -> None:
        self._state = state
        self._waiting: defaultdict[tuple[int, int], deque[int]] = defaultdict(deque)
        for message in state.messages:
            if message.bot and message.sender != message.bot:
                delivery = message.deliveries.get(message.bot)
                if delivery is not None and not delivery.answers:
                    self.await_answer(message)

    def await_answer(self, message: Message) -> None:
        """Note that a person wrote to a bot directly."""
        self._waiting[message.chat, message.bot].append(message.uid)

    def answered(self, bot: Account, answer: Message, replied_to: Message | None) -> None:
        """Note that a bot wrote `answer`."""
        question = replied_to or self._oldest(answer)
        delivery = question.deliveries.get(bot.id) if question is not None else None
        if delivery is None:
            self._state.counters.unprompted += 1
            return
        delivery.answers += 1
        if delivery.answers == 1:
            delivery.answered_at = answer.date

    def _oldest(self, answer: Message) -> Message | None:
        waiting = self._waiting[answer.chat, answer.bot] if answer.bot else deque[int]()
        messages = self._state.messages
        while waiting:
            question = messages[waiting.popleft() - 1]
            if not question.deliveries[answer.bot].answers:
                return question
        return None
