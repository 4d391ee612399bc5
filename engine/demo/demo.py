"""Simulates Telegram, bots, people and an LLM provider, and counts what became of messages."""

import asyncio
import contextlib
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Self

from engine.demo.run_report import MessageCounts
from engine.engine import Engine
from engine.errors import SettingsError
from engine.files.private_files import write_anew
from engine.files.small_files import read_text
from engine.language import _
from engine.replies.providers.configuration.file import FILE_NAME
from engine.simulator.client import LocalTelegram
from engine.simulator.provider.client import LocalProvider
from engine.simulator.provider.rules import BehaviourRule

_PEOPLE_PER_BOT = 2
_BOTS_PER_GROUP = 4
_RATE_PER_BOT = 15.0  # messages a minute
_NOT_FETCHED = "waiting_on_telegram"  # the bot was away, and gets them on its return
_SETTLE = 5.0  # s without another answer after which the last messages are given up

_PACES = (  # durations of answers: 0.4 to 1.5 s
    BehaviourRule(delay=0.2, token_delay=0.01, probability=0.5),
    BehaviourRule(delay=0.4, token_delay=0.015, probability=0.6),
    BehaviourRule(delay=0.7, token_delay=0.025),
)
_OURS = "# Written by a demo, for this run alone.\n"
_PROVIDERS = """\
[[provider]]
name = "local"
kind = "openai"
model = "local-small"
base_url = "{base_url}"
min_interval = 0.0
prompt_price = 2.5
completion_price = 10.0
"""


class Demo:
    """Runs Telegram and provider inside an `async with` block; people write after `begin`."""

    def __init__(self, directory: Path, bots: int, rate: float | None = None) -> None:
        """Keep all files in `directory`; `rate` is in messages a minute over all people."""
        self._bots = bots
        self._rate = _RATE_PER_BOT * bots if rate is None else rate
        self._directory = directory
        self._providers = directory / FILE_NAME
        self._telegram: LocalTelegram | None = None
        self._provider = LocalProvider(lively=True)

    async def __aenter__(self) -> Self:
        """Start both; raises SettingsError if the directory names real providers."""
        await asyncio.to_thread(_expect_no_providers, self._providers)
        provider = asyncio.ensure_future(self._provider.start())  # while Telegram starts too
        try:
            self._telegram = await LocalTelegram.start(
                self._directory / "telegram",
                bots=self._bots,
                people=self._bots * _PEOPLE_PER_BOT,
                groups=-(-self._bots // _BOTS_PER_GROUP),
                regulars=True,
            )
            await asyncio.shield(provider)
            content = _OURS + _PROVIDERS.format(base_url=self._provider.base_url)
            await asyncio.to_thread(write_anew, self._providers, content.encode())
        except BaseException:
            await asyncio.gather(provider, return_exceptions=True)
            await self._stop()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stop()

    async def _stop(self) -> None:
        await asyncio.to_thread(self._providers.unlink, missing_ok=True)
        try:
            if self._telegram is not None:
                await self._telegram.stop()
        finally:
            await self._provider.stop()

    @property
    def _running(self) -> LocalTelegram:
        assert self._telegram is not None, "only inside the context"  # noqa: S101 - our own mistake
        return self._telegram

    def settings(self) -> dict[str, object]:
        """Return the settings by variable for an engine here, without any of the operator's."""
        return self._running.settings() | {
            "OPENAI_API_KEY": self._provider.api_key,
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "RECALL_BY_MEANING": False,  # as where the extra is not installed
            "TALK_HOURLY_MINIMUM": 60,
            "TALK_HOURLY_MAXIMUM": 120,
        }

    async def begin(self) -> None:
        """Let people write."""
        for pace in _PACES:
            await self._provider.add_rule(pace)
        await self._running.set_rate(self._rate)

    async def settle(self) -> None:
        """Silence people, and wait until the last of them are answered."""
        await self._running.set_rate(0)
        loop, answered = asyncio.get_running_loop(), 0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_SETTLE) as patience:
                while (now := await self._running.ledger_summary()).waiting:
                    if now.answered_addressed > answered:
                        answered = now.answered_addressed
                        patience.reschedule(loop.time() + _SETTLE)
                    await asyncio.sleep(0.05)  # another process

    async def messages(self, engine: Engine) -> MessageCounts:
        """Count what became of every message, by the local Telegram's ledger.

        A message that was not answered counts as lost, unless the engine knows why it left it.
        """
        counts = MessageCounts()
        reasons: Counter[str] = Counter()
        for record in await self._running.messages():
            for bot, delivery in record.deliveries.items():
                counts.received += 1
                counts.answered += delivery.answers > 0
                counts.duplicated += max(0, delivery.answers - 1)
                if delivery.answers:
                    continue
                message = record.ids.get(bot, record.message_id)
                reason = await engine.why_unanswered(str(bot), record.chat, message)
                if reason is not None:
                    reasons[reason] += 1
                elif not (delivery.pushed or delivery.fetched):
                    reasons[_NOT_FETCHED] += 1
                else:
                    counts.lost += 1
        counts.unanswered_by_reason = dict(sorted(reasons.items()))
        return counts


def _expect_no_providers(file: Path) -> None:
    """Raise SettingsError if the directory names providers, which could cost money. Blocking."""
    try:
        is_ours = read_text(file).startswith(_OURS)
    except FileNotFoundError:
        return
    if not is_ours:
        raise SettingsError(
            _("A demo needs a data directory of its own: {file} names your providers.").format(
                file=file
            )
        )
