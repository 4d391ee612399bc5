"""Shows and deletes all data about one person, over all bots."""

import datetime
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from engine.bots import phrases
from engine.bots.bot_names import BotNames
from engine.bots.consent.consent_policy import ConsentPolicy
from engine.bots.consent.kept_for import kept_for
from engine.clock import Clock
from engine.language import text_in
from engine.storage.messages.message import IncomingMessage
from engine.storage.people.consents import Consent, Consents, Purpose
from engine.storage.people.person_data import Holdings, PersonLine, PersonRecords
from engine.storage.people.subscriptions import Subscription, SubscriptionRecords

MOST_LINES = 2_000  # shown to a person who asks
_PAGE = 3_800  # letters, with room for the page's own text in a message of 4,096
_MOST_REMEMBERED = 10_000


class PersonalStore(Protocol):
    """Another store of data about people, e.g. a bot's memories."""

    async def export(self, person: int) -> Sequence[str]:
        """Return all of it, one text for each item."""
        ...

    async def erase(self, person: int) -> None:
        """Delete all of it."""


class PrivacyService:
    """Manages messages and consents; every other kind of personal data has its own store."""

    def __init__(
        self,
        *,
        records: PersonRecords,
        consents: Consents,
        subscriptions: SubscriptionRecords,
        policy: ConsentPolicy,
        stores: Sequence[PersonalStore],
        clock: Clock,
        names: BotNames,
        retention_days: int,
        forget_copies: Callable[[], None],
    ) -> None:
        """Use `forget_copies` to have everything cached from the database read again."""
        self._records = records
        self._consents = consents
        self._subscriptions = subscriptions
        self._policy = policy
        self._stores = stores
        self._clock = clock
        self._names = names
        self._retention_days = retention_days
        self._forget_copies = forget_copies
        self._forgotten: OrderedDict[int, int] = OrderedDict()

    def kept_for(self) -> dict[str, int]:
        """Return the days for which each kind of data is kept, by the names in `phrases`."""
        return kept_for(self._retention_days)

    async def holdings(self, person: int) -> Holdings:
        """Return the amount of data in messages."""
        return await self._records.holdings(person)

    async def erase(self, request: IncomingMessage) -> None:
        """Delete everything before `request`, and the request itself; raises StorageError.

        Messages of it that wait for an answer get none; see `is_forgotten`.
        """
        person = request.sender
        row = await self._records.find_request(request.account, request.chat, request.message)
        self._forgotten[person] = row
        if len(self._forgotten) > _MOST_REMEMBERED:
            self._forgotten.popitem(last=False)
        self._policy.break_off(person, request.chat)
        for store in self._stores:
            await store.erase(person)
        try:
            # By the later of both clocks: consents have Telegram's time, and none may come back.
            await self._records.erase(person, row, max(self._clock.now(), request.at))
        finally:
            self._forget_copies()

    def is_forgotten(self, person: int, row: int) -> bool:
        """Return True if the message of that row was deleted while it waited for an answer."""
        return row < self._forgotten.get(person, 0)

    async def page(self, person: int, number: int, language: str) -> str:
        """Return one page of all data, counted from 1; the last one if there are fewer."""
        holdings = await self._records.holdings(person)
        consents = await self._consents.of(person)
        kept = [text for store in self._stores for text in await store.export(person)]
        begun = await self._subscriptions.of(person)
        if holdings.messages <= 1 and not (consents or kept or begun):
            return text_in(language, phrases.MYDATA_NONE)
        lines = await self._records.lines(person, MOST_LINES)
        parts = [self._counts(holdings, language)]
        parts += [self._consent(consent, language) for consent in consents]
        parts += [_subscription(one, language) for one in begun]
        parts += kept
        parts += [self._line(line) for line in lines]
        if holdings.messages + holdings.answers > len(lines):
            parts.append(text_in(language, phrases.MYDATA_CUT).format(lines=len(lines)))
        pages = list(_pages(parts))
        number = min(number, len(pages))
        if len(pages) == 1:
            return pages[0]
        more = text_in(language, phrases.MYDATA_MORE).format(
            page=number, pages=len(pages), next=number % len(pages) + 1
        )
        return f"{pages[number - 1]}\n\n{more}"

    def _counts(self, holdings: Holdings, language: str) -> str:
        counts = text_in(language, phrases.MYDATA_COUNTS).format(
            messages=holdings.messages,
            answers=holdings.answers,
            chats=holdings.chats,
            bots=holdings.bots,
        )
        if not holdings.model_answers:
            return counts
        used = text_in(language, phrases.MYDATA_USAGE)
        used = used.format(calls=holdings.model_answers, tokens=holdings.tokens)
        return f"{counts} {used}"

    def _line(self, line: PersonLine) -> str:
        bot = self._names.of(line.account)
        arrow = "←" if line.is_ours else "→"
        return f"{_moment(line.at)} {arrow} {bot}: {line.text}"

    def _consent(self, consent: Consent, language: str) -> str:
        phrase = phrases.MYDATA_DIRECT_CHAT if consent.account else phrases.MYDATA_OTHER_CHAT
        bot = self._names.of(consent.account)
        place = text_in(language, phrase).format(bot=bot, chat=consent.chat)
        if consent.is_refusal:
            declined = text_in(language, phrases.MYDATA_REFUSAL)
            return declined.format(place=place, at=_moment(consent.given_at))
        given, ended = _moment(consent.given_at), consent.withdrawn_at
        if ended is None:
            standing = text_in(language, phrases.MYDATA_STANDING_CONSENT)
            return standing.format(place=place, given=given)
        over = text_in(language, phrases.MYDATA_CONSENT)
        return over.format(place=place, given=given, ended=_moment(ended))


def _subscription(one: Subscription, language: str) -> str:
    rest = " talk" if one.purpose == Purpose.TALK.value else ""
    return text_in(language, phrases.MYDATA_SUBSCRIPTION).format(
        rest=rest, title=one.title, given=_moment(one.given_at)
    )


def _moment(at: float) -> str:
    return datetime.datetime.fromtimestamp(at, tz=datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")


def _pages(parts: Sequence[str]) -> Iterator[str]:
    """Split all data into pieces that fit into a message."""
    page = ""
    for part in parts:
        for start in range(0, len(part), _PAGE):
            piece = part[start : start + _PAGE]
            if page and len(page) + 1 + len(piece) > _PAGE:
                yield page
                page = ""
            page = f"{page}\n{piece}" if page else piece
    if page:
        yield page
