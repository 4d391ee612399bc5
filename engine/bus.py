"""Hands each published event to those who asked for its type; knows no event itself."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

Event = TypeVar("Event")
Unsubscribe = Callable[[], None]


class Bus:
    """Synchronous, in order of subscription, on the loop's thread.

    A subscriber's error goes to `on_error` and never to the publisher or its siblings.
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
        for receive in tuple(self._subscribers.get(type(event), ())):
            try:
                receive(event)
            except Exception as error:  # noqa: BLE001 - a listener must not harm the speaker
                self._on_error(error)
