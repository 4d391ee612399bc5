"""Delivers each published event to the subscribers of its type; knows no event type itself."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

Event = TypeVar("Event")
Unsubscribe = Callable[[], None]


class Bus:
    """Delivers synchronously, in order of subscription, on the loop's thread.

    A subscriber's error goes to `on_error`, never to the publisher or to other subscribers.
    """

    def __init__(self, on_error: Callable[[Exception], None]) -> None:
        self._on_error = on_error
        self._subscribers: dict[type, list[Callable[[Any], None]]] = defaultdict(list)

    def subscribe(self, kind: type[Event], receive: Callable[[Event], None]) -> Unsubscribe:
        """Call `receive` with every later event of exactly this type."""
        subscribers = self._subscribers[kind]
        subscribers.append(receive)

        def unsubscribe() -> None:
            if receive in subscribers:
                subscribers.remove(receive)

        return unsubscribe

    def publish(self, event: object) -> None:
        """Deliver `event` to the subscribers of exactly its type."""
        for receive in tuple(self._subscribers.get(type(event), ())):
            try:
                receive(event)
            except Exception as error:  # noqa: BLE001 - a listener must not harm the speaker
                self._on_error(error)
