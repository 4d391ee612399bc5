"""Executes the commands of people and administrators, and words the replies."""

from collections.abc import Awaitable, Callable, Collection

from engine.bots import phrases
from engine.bots.consent.services import ConsentServices
from engine.bots.messages.commands import ChatCommand, GivenCommand, request_in
from engine.clock import Clock
from engine.language import text_in
from engine.storage.messages.message import ChatKind, IncomingMessage
from engine.storage.people.agreement import Moment, moment_of
from engine.storage.people.consents import Purpose, is_person
from engine.storage.people.erasure import ERASED
from engine.telegram.client.client import AccountClient
from engine.telegram.client.rights import is_administrator
from engine.telegram.faults import FloodWaitError, TelegramFaultError, UndeliverableError

_TRIES = 3
_PAUSE = 2.0  # s until Telegram is asked for rights again

Connected = Callable[[], Awaitable[AccountClient]]
_Reply = Callable[[IncomingMessage, GivenCommand, str], Awaitable[str]]


class CommandReplies:
    """The commands of one bot; executing one again does no harm."""

    def __init__(
        self, account: str, services: ConsentServices, connected: Connected, clock: Clock
    ) -> None:
        self._account = account
        self._services = services
        self._connected = connected
        self._clock = clock
        self._replies: dict[ChatCommand, _Reply] = {
            ChatCommand.START: self._start,
            ChatCommand.HELP: self._help,
            ChatCommand.SUBSCRIBE: self._subscribe,
            ChatCommand.UNSUBSCRIBE: self._unsubscribe,
            ChatCommand.PRIVACY: self._privacy,
            ChatCommand.MYDATA: self._my_data,
            ChatCommand.FORGET: self._forget,
            ChatCommand.AGREE: self._agree,
            ChatCommand.DECLINE: self._decline,
        }

    async def reply(self, incoming: IncomingMessage, usernames: Collection[str]) -> str | None:
        """Execute a command to the bot with these names; return the reply, None if it is none.

        Raises StorageError.
        """
        if incoming.sender == ERASED:  # the request to forget, killed before it was answered
            language = await self._services.language.of_chat(self._account, incoming.chat)
            return self._forgotten(language)
        request = request_in(incoming.text, usernames)
        if request is None or (incoming.of_another and request.is_personal):
            return None
        language = await self._services.language.of_message(self._account, incoming)
        return await self._replies[request.command](incoming, request, language)

    async def _start(self, _: IncomingMessage, __: GivenCommand, language: str) -> str:
        name = self._services.names.of(self._account)
        hello = text_in(language, phrases.START).format(name=name)
        providers = self._providers()
        if not providers:
            return hello
        asked = text_in(language, phrases.START_CONSENT).format(providers=providers)
        return f"{hello}\n\n{asked}"

    async def _help(self, _: IncomingMessage, __: GivenCommand, language: str) -> str:
        return text_in(language, phrases.HELP)

    # -- decisions for a chat --

    async def _subscribe(
        self, incoming: IncomingMessage, request: GivenCommand, language: str
    ) -> str:
        incoming = await self._services.membership.followed(incoming)
        if refusal := await self._why_not_decide(incoming):
            return text_in(language, refusal)
        purpose, subscriptions = request.purpose, self._services.subscriptions
        began = await subscriptions.begin(incoming, purpose, language)
        if not began:
            return text_in(language, phrases.SUBSCRIBED_ALREADY)
        if purpose is Purpose.TALK:
            return text_in(language, phrases.SUBSCRIBED_TALK)
        spacing = subscriptions.spacing
        return text_in(language, phrases.SUBSCRIBED).format(
            shortest=round(spacing.shortest_round / 60), longest=round(spacing.longest_round / 60)
        )

    async def _unsubscribe(
        self, incoming: IncomingMessage, request: GivenCommand, language: str
    ) -> str:
        incoming = await self._services.membership.followed(incoming)
        refusal = await self._why_not_decide(incoming)
        if refusal and refusal != phrases.CANNOT_SEE_RIGHTS:  # in doubt, choose silence
            return text_in(language, refusal)
        ended = await self._services.subscriptions.end(incoming, request.purpose)
        if not ended:
            return text_in(language, phrases.NOT_SUBSCRIBED)
        is_talk = request.purpose is Purpose.TALK
        return text_in(language, phrases.UNSUBSCRIBED_TALK if is_talk else phrases.UNSUBSCRIBED)

    async def _why_not_decide(self, incoming: IncomingMessage) -> str | None:
        """Return the phrase for somebody who may not decide for the chat; None if they may."""
        if incoming.kind is ChatKind.DIRECT:
            return phrases.ONLY_IN_GROUPS
        if incoming.sender == incoming.chat:  # only administrators write in the group's own name
            return None
        for left in range(_TRIES, 0, -1):
            client = await self._connected()
            try:
                leads = await is_administrator(client, incoming.peer, incoming.sender)
            except UndeliverableError:
                return phrases.CANNOT_SEE_RIGHTS
            except FloodWaitError:
                break
            except TelegramFaultError:
                if left > 1:
                    await self._clock.sleep(_PAUSE)
            else:
                return None if leads else phrases.ONLY_ADMINISTRATORS
        return phrases.TRY_LATER

    # -- decisions for a person --

    async def _agree(self, incoming: IncomingMessage, _: GivenCommand, language: str) -> str:
        if not is_person(incoming.sender):
            return text_in(language, phrases.SIGNED_BY_A_CHAT)
        policy, consent = self._services.policy, self._consent_of(incoming)
        await policy.give(*consent, _written(incoming))
        if not await policy.allows(*consent):  # they have withdrawn it since
            return text_in(language, phrases.DECLINED)
        if providers := self._providers():
            return text_in(language, phrases.AGREED).format(providers=providers)
        return text_in(language, phrases.AGREED_NO_PROVIDER)

    async def _decline(self, incoming: IncomingMessage, _: GivenCommand, language: str) -> str:
        await self._services.policy.withdraw(*self._consent_of(incoming), _written(incoming))
        return text_in(language, phrases.DECLINED)

    async def _privacy(self, incoming: IncomingMessage, _: GivenCommand, language: str) -> str:
        services = self._services
        kept = text_in(language, phrases.PRIVACY).format(
            bots=len(services.names), **services.privacy.kept_for()
        )
        providers, answers = self._providers(), phrases.PRIVACY_STATIC
        if providers:
            agreed = await services.policy.allows(*self._consent_of(incoming))
            answers = phrases.PRIVACY_AGREED if agreed else phrases.PRIVACY_NOT_AGREED
        return f"{kept}\n\n{text_in(language, answers).format(providers=providers)}"

    async def _my_data(
        self, incoming: IncomingMessage, request: GivenCommand, language: str
    ) -> str:
        if incoming.kind is not ChatKind.DIRECT:
            return text_in(language, phrases.WRITE_TO_ME)
        return await self._services.privacy.page(incoming.sender, request.page, language)

    async def _forget(self, incoming: IncomingMessage, request: GivenCommand, language: str) -> str:
        if incoming.kind is not ChatKind.DIRECT:
            return text_in(language, phrases.WRITE_TO_ME)
        privacy = self._services.privacy
        if not request.is_confirmed:
            found = await privacy.holdings(incoming.sender)
            return text_in(language, phrases.FORGET_ASK).format(
                messages=found.messages,
                answers=found.answers,
                **privacy.kept_for(),
            )
        await privacy.erase(incoming)
        return self._forgotten(language)

    def _forgotten(self, language: str) -> str:
        return text_in(language, phrases.FORGOTTEN).format(**self._services.privacy.kept_for())

    def _consent_of(self, incoming: IncomingMessage) -> tuple[int, str, int, Purpose]:
        return incoming.sender, self._account, incoming.chat, Purpose.LLM

    def _providers(self) -> str:
        return ", ".join(self._services.policy.providers())


def _written(incoming: IncomingMessage) -> Moment:
    return moment_of(incoming.chat, incoming.at, incoming.message)
