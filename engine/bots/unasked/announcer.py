"""Makes announcements in rounds where they were asked for, from prepared texts.

A round begins some minutes after an account's last one has ended, and says one text in each of its
chats, a few seconds apart. Its progress is stored with every message: the next process continues
it, and a restart makes no round come earlier.
"""

import asyncio
import logging
import random
import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Protocol

from engine.bots.consent.services import ConsentServices
from engine.bots.limits.flood_ledger import SEND
from engine.bots.limits.limits import Limits
from engine.bots.unasked.announcement_texts import AnnouncementTexts
from engine.bots.unasked.poll import poll
from engine.bots.unasked.stats import AnnouncementStats
from engine.bots.unasked.unasked_counts import UnaskedCounts
from engine.clock import Clock
from engine.storage.announcements import Announcements, Round, Rounds
from engine.storage.database.database import Database
from engine.storage.database.errors import StorageError
from engine.storage.messages.message import OutgoingMessage
from engine.storage.messages.message_store import MessageStore
from engine.storage.people.consents import Purpose
from engine.storage.people.subscriptions import Subscription
from engine.telegram.client.client import AccountClient
from engine.telegram.client.rights import OwnStanding, own_standing
from engine.telegram.faults import TelegramFaultError, UndeliverableError
from engine.wakeup import Wakeup

_chance = random.Random()  # noqa: S311 - spreads messages, keeps no secret
_log = logging.getLogger(__name__)


class Speaker(Protocol):
    """The part of a bot that an announcer uses."""

    @property
    def name(self) -> str:
        """The account's name."""

    @property
    def client(self) -> AccountClient | None:
        """The connection; None while the bot is offline."""
        ...

    async def say(self, row: int, message: OutgoingMessage) -> None:
        """Send the message planned under `row` in its turn, unless it is no longer wanted."""
        ...


class Announcer:
    """Makes the announcements of a fleet while `run` runs."""

    def __init__(
        self,
        *,
        speakers: Callable[[], Mapping[str, Speaker]],
        services: ConsentServices,
        database: Database,
        messages: MessageStore,
        texts: AnnouncementTexts,
        counts: UnaskedCounts,
        limits: Limits,
        clock: Clock,
        on_error: Callable[[BaseException], None],
    ) -> None:
        """Give unexpected errors to `on_error`; the account's next round comes anyway."""
        self._speakers = speakers
        self._membership = services.membership
        self._subscriptions = services.subscriptions
        self._announcements = Announcements(database)
        self._stored_rounds = Rounds(database)
        self._messages = messages
        self._texts = texts
        self._counts = counts
        self._limits = limits
        self._clock = clock
        self._on_error = on_error
        self._wakeup = Wakeup(clock)
        services.subscriptions.on_change(self.poll_now)
        self._spacing = services.subscriptions.spacing
        self._rounds: dict[str, asyncio.Task[None]] = {}
        self._quiet_until: dict[str, float] = {}  # by account: start of its next round, if known
        self._subscribed = self._paused = 0

    def stats(self) -> AnnouncementStats:
        """Return the announcer's figures."""
        counts = self._counts
        return AnnouncementStats(
            self._subscribed,
            self._paused,
            counts.sent[Purpose.ANNOUNCEMENTS],
            counts.dropped[Purpose.ANNOUNCEMENTS],
        )

    def poll_now(self) -> None:
        """Poll at once: who asked for it has changed, here or by another process."""
        self._wakeup.give()

    async def run(self) -> None:
        """Begin every account's rounds in time."""
        try:
            await poll(self.begin_due_rounds, self._clock, self._on_error, _log, self._wakeup)
        finally:
            for task in self._rounds.values():
                task.cancel()
            await self.rounds_over()

    async def rounds_over(self) -> None:
        """Wait until no round is under way."""
        await asyncio.gather(*self._rounds.values(), return_exceptions=True)

    async def begin_due_rounds(self) -> bool:
        """Begin the rounds that are due; return whether announcements are wanted anywhere."""
        by_account: defaultdict[str, list[Subscription]] = defaultdict(list)
        for one in await self._subscriptions.open(Purpose.ANNOUNCEMENTS):
            by_account[one.account].append(one)
        everyone = [one for own in by_account.values() for one in own]
        self._subscribed = sum(one.is_active for one in everyone)
        self._paused = sum(one.paused_at is not None for one in everyone)
        if not self._subscriptions.are_served:
            return bool(by_account)
        self._rounds = {name: task for name, task in self._rounds.items() if not task.done()}
        speakers = self._speakers()
        for account, subscriptions in by_account.items():
            speaker = speakers.get(account)
            if speaker is None or account in self._rounds or not self._may_speak(speaker):
                continue
            if self._is_due(account) or any(one.confirmed_at is None for one in subscriptions):
                self._rounds[account] = asyncio.get_running_loop().create_task(
                    self._contained(speaker, subscriptions), name=f"announcements of {account}"
                )
        return bool(by_account)

    def _is_due(self, account: str) -> bool:
        return self._clock.now() >= self._quiet_until.get(account, 0.0)

    def _may_speak(self, speaker: Speaker) -> bool:
        """Return True if the account is online and has no flood wait."""
        return (
            speaker.client is not None
            and self._subscriptions.are_served
            and self._limits.floods.left(speaker.name, SEND) <= 0
        )

    async def _contained(self, speaker: Speaker, subscriptions: list[Subscription]) -> None:
        try:
            await self._confirm(speaker, subscriptions)
            if (began := await self._begin(speaker.name)) is not None:
                await self._round(speaker, subscriptions, began)
        except StorageError as error:
            _log.warning("%s makes no announcements: %s", speaker.name, error)
        except Exception as error:  # noqa: BLE001 - one account's failure ends no other's rounds
            self._on_error(error)

    async def _confirm(self, speaker: Speaker, subscriptions: list[Subscription]) -> None:
        """Ask Telegram for the account's rights in the chats that the operator added."""
        for one in subscriptions:
            if one.confirmed_at is None:
                await self._leads(speaker, one)

    async def _begin(self, account: str) -> float | None:
        """Return when the account's due round began; None if none is due."""
        rounds, now = self._stored_rounds, self._clock.now()
        last = await rounds.get(account)
        if last is None:  # the first one
            await self._rest(account)
            return None
        under_way = last.began_at is not None and now - last.began_at < self._expiry
        if under_way:
            return last.began_at
        if last.due_at - now > self._spacing.longest_round:  # the clock may have been set back
            await self._rest(account)
            return None
        if now < last.due_at:
            self._quiet_until[account] = last.due_at
            return None
        await rounds.put(Round(account, now, now + self._interval()))
        return now

    async def _round(
        self, speaker: Speaker, subscriptions: list[Subscription], began: float
    ) -> None:
        """Speak in every chat that has heard nothing since `began`."""
        has_spoken = False
        for one in subscriptions:
            if one.last_at is not None and began <= one.last_at <= self._clock.now():
                continue
            if has_spoken:
                spacing = self._spacing
                await self._clock.sleep(_chance.uniform(spacing.shortest, spacing.longest))
            if not self._may_speak(speaker):
                return  # the round continues when it may, unless it is too late then
            has_spoken = await self._announce(speaker, one)
        await self._rest(speaker.name)

    async def _rest(self, account: str) -> None:
        """End the round; the next one begins some minutes later."""
        due_at = self._clock.now() + self._interval()
        await self._stored_rounds.put(Round(account, None, due_at))
        self._quiet_until[account] = due_at

    async def _announce(self, speaker: Speaker, one: Subscription) -> bool:
        """Plan a message if it is still wanted and allowed; return True if it was."""
        account = one.account
        if not await self._subscriptions.is_active(account, one.chat, Purpose.ANNOUNCEMENTS):
            return False
        if one.given_by is None and not await self._leads(speaker, one):
            return False
        if self._limits.admit(account, one.chat, None) is not None:
            return False
        now = self._clock.now()
        message = OutgoingMessage(
            account=account,
            chat=one.chat,
            random_id=secrets.randbits(64) - (1 << 63),
            text=await self._texts.next(one),
            peer=one.peer,
            at=now,
            expires_at=now + self._expiry,
            purpose=Purpose.ANNOUNCEMENTS.value,
        )
        planning = self._announcements.plan(message, one.id)
        await speaker.say(await self._messages.planned(message, planning), message)
        return True

    async def _leads(self, speaker: Speaker, one: Subscription) -> bool:
        """Return True if the account is an administrator; else end the operator's subscription."""
        if (client := speaker.client) is None:
            return False
        try:
            standing = await own_standing(client, one.peer)
        except UndeliverableError:  # no such chat, or the account is no member
            standing = OwnStanding(one.title, is_member=False, is_administrator=False)
        except TelegramFaultError as error:
            _log.warning("%s: rights in %d are not known: %s", one.account, one.chat, error)
            return False
        if standing.moved is not None:
            await self._membership.hear(one.account, (standing.moved,))
            return False  # the next round handles it
        if not standing.is_administrator:
            await self._subscriptions.end_operators(
                one.account, one.chat, "not_administrator", Purpose.ANNOUNCEMENTS
            )
        elif one.confirmed_at is None:
            await self._subscriptions.confirm(one, standing.title)
        return standing.is_administrator

    @property
    def _expiry(self) -> float:
        """The seconds after which a message is dropped, before the next round's comes."""
        return self._spacing.shortest_round

    def _interval(self) -> float:
        return _chance.uniform(self._spacing.shortest_round, self._spacing.longest_round)
