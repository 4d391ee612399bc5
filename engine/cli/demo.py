"""A local Telegram with bots and people who write to them, and what came of their messages."""

import asyncio
import contextlib
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Self

from engine.cli.run_report import Messages
from engine.engine import Engine
from engine.simulator.client import LocalTelegram

_PEOPLE_PER_BOT = 2
_BOTS_PER_GROUP = 4
_RATE_PER_BOT = 12.0  # messages a minute
_NOT_FETCHED = "waiting_on_telegram"  # the bot was away; it gets them when it is back
_SETTLE = 5.0  # s that the last messages get to be answered


class Demo:
    """An asynchronous context: inside it the local Telegram runs; people write after `begin`."""

    def __init__(self, directory: Path, bots: int, rate: float | None = None) -> None:
        """Keeps its files in `directory`; `rate` is what all people write in a minute."""
        self._bots = bots
        self._rate = _RATE_PER_BOT * bots if rate is None else rate
        self._directory = directory / "telegram"
        self._telegram: LocalTelegram | None = None

    async def __aenter__(self) -> Self:
        self._telegram = await LocalTelegram.start(
            self._directory,
            bots=self._bots,
            people=self._bots * _PEOPLE_PER_BOT,
            groups=-(-self._bots // _BOTS_PER_GROUP),
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._running.stop()

    @property
    def _running(self) -> LocalTelegram:
        assert self._telegram is not None, "only inside the context"  # noqa: S101 - our own mistake
        return self._telegram

    def settings(self) -> dict[str, object]:
        """The settings by variable that lead an engine here."""
        return self._running.settings()

    async def begin(self) -> None:
        """Let people write."""
        await self._running.set_rate(self._rate)

    async def settle(self) -> None:
        """Let people fall silent and the last of them be answered."""
        await self._running.set_rate(0)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_SETTLE):
                while await self._under_way():  # noqa: ASYNC110 - another process
                    await asyncio.sleep(0.05)

    async def _under_way(self) -> bool:
        summary = await self._running.ledger_summary()
        return summary.answered_addressed < summary.addressed

    async def messages(self, engine: Engine) -> Messages:
        """What became of every message, by the local Telegram's own ledger.

        The engine is asked only why it left one unanswered; one it cannot account for is lost.
        """
        counts = Messages()
        reasons: Counter[str] = Counter()
        for record in await self._running.messages():
            for bot, delivery in record.deliveries.items():
                counts.received += 1
                counts.answered += delivery.answers > 0
                counts.duplicated += max(0, delivery.answers - 1)
                if delivery.answers:
                    continue
                message = record.ids.get(bot, record.message_id)
                reason = engine.why_unanswered(str(bot), record.chat, message)
                if reason is not None:
                    reasons[reason.value] += 1
                elif not (delivery.pushed or delivery.fetched):
                    reasons[_NOT_FETCHED] += 1
                else:
                    counts.lost += 1
        counts.unanswered_by_reason = dict(sorted(reasons.items()))
        return counts
