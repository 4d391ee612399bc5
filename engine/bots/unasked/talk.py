"""Lets bots join the conversation of groups that asked for it; a model words what they say.

Bots do not see each other on Telegram, so what one of them received or said is shared. Where
messages arrive, no bot answers another; their talk is decided only here, and soon ends if no person
joins in. Remarks are stored before they are sent, like everything else.
"""

import asyncio
import logging
import random
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.bots.consent.services import ConsentServices
from engine.bots.limits.flood_ledger import SEND
from engine.bots.limits.limits import Limits
from engine.bots.unasked.announcer import Speaker
from engine.bots.unasked.poll import poll
from engine.bots.unasked.privacy_mode import GroupReader, bots_in_privacy_mode
from engine.bots.unasked.remark_writer import RemarkWriter
from engine.bots.unasked.stats import TalkStats
from engine.bots.unasked.talk_choice import (
    FRESH,
    MOST_IN_A_ROW,
    choose,
    recent_talk,
    remarks_in_a_row,
    thinking_time_left,
)
from engine.bots.unasked.talk_message import remark_message
from engine.bots.unasked.talk_pace import TalkPace
from engine.bots.unasked.unasked_counts import UnaskedCounts
from engine.clock import Clock
from engine.gates import Gate, Gates
from engine.storage.database.errors import StorageError
from engine.storage.messages.message_store import MessageStore
from engine.storage.messages.shared_history import SharedHistory, SharedLine
from engine.storage.people.agreement import Agreement
from engine.storage.people.consents import EVERY_BOT, Purpose
from engine.storage.people.subscriptions import Subscription
from engine.wakeup import Wakeup

SPACING = 10.0, 40.0  # s between two remarks in a group, drawn evenly

_LINES = 50  # of a group's history
_RETRY = 120.0  # s until a group's turn comes again, when nothing came of it
_HOUR = 3600.0
_OVERLAP = 10.0  # s by which two questions for what was heard overlap: rows commit late

_chance = random.Random()  # noqa: S311 - spreads messages, keeps no secret
_log = logging.getLogger(__name__)


class Talker(Speaker, GroupReader, Protocol):
    """The part of a bot that its talk uses."""

    privacy_mode_in: tuple[str, ...]  # titles of groups for which privacy mode should be turned off


@dataclass(slots=True)
class _Group:
    """The state of one group between two polls."""

    heard: int = 0  # the last thing people said, as a number
    heard_at: float = 0.0
    rests_until: float = 0.0  # unless somebody speaks
    spaced_until: float = 0.0
    remark: asyncio.Task[None] | None = None

    @property
    def is_busy(self) -> bool:
        """True while a remark is being made."""
        return self.remark is not None and not self.remark.done()


class Talk:
    """Announces for a whole fleet; `run` until cancelled."""

    def __init__(
        self,
        *,
        talkers: Callable[[], Mapping[str, Talker]],
        services: ConsentServices,
        counts: UnaskedCounts,
        gates: Gates,
        limits: Limits,
        pace: TalkPace,
        messages: MessageStore,
        history: SharedHistory,
        remark_writer: RemarkWriter,
        clock: Clock,
        on_error: Callable[[BaseException], None],
    ) -> None:
        """Give unexpected errors to `on_error`; the group's next remark comes anyway."""
        self._talkers = talkers
        self._policy = services.policy
        self._subscriptions = services.subscriptions
        self._privacy = services.privacy
        self._counts = counts
        self._gates = gates
        self._limits = limits
        self._pace = pace
        self._messages = messages
        self._history = history
        self._remark_writer = remark_writer
        self._clock = clock
        self._on_error = on_error
        self._wakeup = Wakeup(clock)
        services.subscriptions.on_change(self.poll_now)
        self._groups: defaultdict[int, _Group] = defaultdict(_Group)
        self._polled_at: float | None = None
        self._speechless = 0
        self._subscribed = 0

    def stats(self) -> TalkStats:
        """Return the figures of talk."""
        counts = self._counts
        return TalkStats(
            self._subscribed,
            counts.sent[Purpose.TALK],
            counts.dropped[Purpose.TALK],
            self._speechless,
        )

    def poll_now(self) -> None:
        """Poll at once: who asked for it has changed, here or by another process."""
        self._wakeup.give()

    async def run(self) -> None:
        """Make remarks at their time."""
        try:
            await poll(self.begin_due_remarks, self._clock, self._on_error, _log, self._wakeup)
        finally:
            for group in self._groups.values():
                if group.remark is not None:
                    group.remark.cancel()
            await self.remarks_made()

    async def remarks_made(self) -> None:
        """Wait until no remark is being made."""
        tasks = [group.remark for group in self._groups.values() if group.remark is not None]
        await asyncio.gather(*tasks, return_exceptions=True)

    async def begin_due_remarks(self) -> bool:
        """Begin the remarks that are due; return whether talk is wanted anywhere."""
        groups: defaultdict[int, list[Subscription]] = defaultdict(list)
        for one in await self._subscriptions.open(Purpose.TALK):
            if one.is_active:
                groups[one.chat].append(one)
        self._subscribed = len(groups)
        talkers = self._talkers()
        unread = bots_in_privacy_mode(groups, talkers)
        for account, talker in talkers.items():
            talker.privacy_mode_in = unread.get(account, ())
        await self._listen(groups)
        if not self._may_talk():
            return bool(groups)
        for chat, those in groups.items():
            if due := self._due(chat, those):
                self._groups[chat].remark = asyncio.get_running_loop().create_task(
                    self._contained(chat, due), name=f"talk in {chat}"
                )
        return bool(groups)

    async def _listen(self, chats: Collection[int]) -> None:
        """Learn where people spoke since the last poll; at the first one, what was before."""
        now, last_poll = self._clock.now(), self._polled_at
        since = now - FRESH if last_poll is None else last_poll - _OVERLAP
        heard = await self._history.heard_since(since)
        if last_poll is None:
            for account, at in await self._history.remarks_since(now - _HOUR):
                self._pace.recall(account, at)
        self._polled_at = now
        for chat in [chat for chat in self._groups if chat not in chats]:
            if not self._groups[chat].is_busy:
                del self._groups[chat]
        for chat in heard.keys() & set(chats):
            group = self._groups[chat]
            if heard[chat] > group.heard:
                group.heard, group.heard_at, group.rests_until = heard[chat], now, 0.0

    def _may_talk(self) -> bool:
        return (
            bool(self._policy.providers())
            and self._gates.is_open(Gate.LLM_CALLS)
            and self._subscriptions.are_served
        )

    def _due(self, chat: int, those: Sequence[Subscription]) -> dict[str, Subscription]:
        """Return who may speak in a group now, by account."""
        group, now = self._groups[chat], self._clock.now()
        if group.is_busy or now < max(group.rests_until, group.spaced_until):
            return {}
        is_lively = now - group.heard_at <= FRESH
        return {
            one.account: one
            for one in those
            if self._is_free(one.account, chat)
            and self._pace.wait(one.account, lively=is_lively) <= 0
        }

    def _is_free(self, account: str, chat: int) -> bool:
        """Return True if the bot is online and has no flood wait there."""
        talker = self._talkers().get(account)
        return (
            talker is not None
            and talker.client is not None
            and self._limits.floods.left(account, SEND, chat) <= 0
        )

    async def _contained(self, chat: int, due: Mapping[str, Subscription]) -> None:
        group = self._groups[chat]
        group.rests_until = self._clock.now() + _RETRY
        try:
            await self._speak(chat, due)
        except StorageError as error:
            _log.warning("no talk in %d: %s", chat, error)
        except Exception as error:  # noqa: BLE001 - one group's failure ends no other's talk
            self._on_error(error)

    async def _speak(self, chat: int, due: Mapping[str, Subscription]) -> None:
        now = self._clock.now()
        lines = await self._history.of(tuple(self._talkers()), chat, _LINES)
        since_last = now - max((line.at for line in lines if line.is_remark), default=0.0)
        if remarks_in_a_row(lines) >= MOST_IN_A_ROW or since_last < SPACING[0]:
            return
        agreements = await self._agreements(chat, lines)
        agreed = {person for person, one in agreements.items() if one.stands}
        recent = [line for line in recent_talk(lines, now) if _may_be_read(line, agreements)]
        # Where no one talks whom a model may answer, bots speak up now and then and no more.
        bots = [one for one in due if self._pace.wait(one, lively=bool(recent)) <= 0]
        if not bots:
            return
        waiting = [line for line in recent if line.is_free]
        if (thinking := thinking_time_left(waiting, now)) > 0:
            self._groups[chat].rests_until = now + thinking
            return
        choice = choose(bots, lines, waiting, now, self._remark_writer.is_interested)
        account, answering = choice.bot, choice.answering
        if self._limits.refusal(account, chat, _person(answering)) is not None:
            return
        self._pace.spoke(account)  # before the words are there: it makes no other one meanwhile
        text = await self._remark_writer.remark(account, chat, lines, answering)
        if text is None:
            self._speechless += 1
        elif await self._is_wanted(account, chat, lines, agreed):
            await self._say(due[account], text, answering)

    async def _agreements(self, chat: int, lines: Sequence[SharedLine]) -> dict[int, Agreement]:
        """Return the consents of all writers, which decide what a provider may read."""
        of, people = self._policy.agreement, {line.person for line in lines}
        return {
            person: await of(person, EVERY_BOT, chat, Purpose.LLM)
            for person in people
            if person is not None
        }

    async def _is_wanted(
        self, account: str, chat: int, lines: Sequence[SharedLine], agreed: Collection[int]
    ) -> bool:
        """Return True if the remark may be sent now: much may have changed while it was made."""
        is_forgotten = any(
            line.person is not None and self._privacy.is_forgotten(line.person, copy.row)
            for line in lines
            for copy in line.copies.values()
        )
        if is_forgotten or not self._may_talk():
            return False
        for person in agreed:
            if not await self._policy.allows(person, EVERY_BOT, chat, Purpose.LLM):
                return False
        return await self._subscriptions.is_active(account, chat, Purpose.TALK)

    async def _say(self, one: Subscription, text: str, answering: SharedLine | None) -> None:
        """Plan the remark, and have it sent."""
        talker = self._talkers()[one.account]
        if self._limits.admit(one.account, one.chat, _person(answering)) is not None:
            return
        now = self._clock.now()
        message = remark_message(one, text, answering, now)
        row = await self._messages.plan(message)
        group = self._groups[one.chat]
        group.rests_until, group.spaced_until = 0.0, now + _chance.uniform(*SPACING)
        await talker.say(row, message)


def _may_be_read(line: SharedLine, agreements: Mapping[int, Agreement]) -> bool:
    wrote = line.wrote
    return wrote is not None and agreements[wrote.person].covers(wrote)


def _person(answering: SharedLine | None) -> int | None:
    return None if answering is None else answering.person
