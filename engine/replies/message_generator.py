"""Asks a provider for a message that may be sent, with one retry, within one time limit."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from engine.replies.completion import (
    Complete,
    NoCompletionError,
    Priority,
    Prompt,
    Refusal,
    Requester,
    Role,
)
from engine.replies.guards.answer_checks import AnswerChecks, Conditions
from engine.replies.stats import ReplyCounters, StaticReason
from engine.replies.text.quoting import is_of_a_bot

_TRIES = 2
_BREAKS = 256  # withdrawals remembered; a request that waits through more of them gets no message
_ANOTHER_TRY = 8.0  # s that must be left for a second try

MakePrompt = Callable[[str], Prompt]
"""The prompt, given what was wrong with the last draft; nothing the first time."""


class NoMessageError(Exception):
    """Raised when no message came that may be sent; `reason` says why."""

    def __init__(self, reason: StaticReason | Refusal) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Break:
    """A person withdrew consent in a chat."""

    person: int
    chat: int

    def concerns(self, requester: Requester) -> bool:
        return self.chat == requester.chat or self.person == requester.person


class MessageGenerator:
    """Generates messages for all bots."""

    def __init__(
        self,
        complete: Complete,
        checks: AnswerChecks,
        counters: ReplyCounters,
        on_error: Callable[[BaseException], None],
    ) -> None:
        self._complete = complete
        self._checks = checks
        self._counters = counters
        self._on_error = on_error
        self._under_way: dict[asyncio.Timeout, Requester] = {}
        self._broken_off: set[asyncio.Timeout] = set()
        self._breaks: deque[_Break] = deque(maxlen=_BREAKS)
        self.breaks = 0
        """How often something was broken off: what was gathered before may hold what may not go."""

    async def generate(
        self,
        make_prompt: MakePrompt,
        requester: Requester,
        priority: Priority,
        conditions: Conditions,
        until: float,
        *,
        since: int,
    ) -> str:
        """Return a message that passed every check, by `until` on the loop's clock.

        `since` is the value of `breaks` from before the lines of the prompt were read: a consent
        withdrawn after that ends the request. Raises NoMessageError.
        """
        if self._was_broken_off(requester, since):
            raise NoMessageError(StaticReason.NO_CONSENT)
        limit = asyncio.timeout_at(until)
        self._under_way[limit] = requester
        try:
            async with limit:
                return await self._try(make_prompt, requester, priority, conditions, until)
        except NoCompletionError as error:
            raise NoMessageError(error.refusal) from error
        except TimeoutError as error:
            is_ours = limit in self._broken_off
            reason = StaticReason.NO_CONSENT if is_ours else Refusal.TIMED_OUT
            raise NoMessageError(reason) from error
        except NoMessageError:
            raise
        except Exception as error:  # an error of ours must not leave a person without an answer
            self._on_error(error)
            raise NoMessageError(StaticReason.FAILED) from error
        finally:
            del self._under_way[limit]
            self._broken_off.discard(limit)

    def break_off(self, person: int, chat: int) -> None:
        """Stop every message that may hold lines of a person who withdraws consent.

        Requests that wait for a provider or for a retry end without a message.
        """
        self.breaks += 1
        self._breaks.append(_Break(person, chat))
        now = asyncio.get_running_loop().time()
        for limit, requester in self._under_way.items():
            if self._breaks[-1].concerns(requester) and not limit.expired():
                self._broken_off.add(limit)
                limit.reschedule(now)

    def _was_broken_off(self, requester: Requester, since: int) -> bool:
        count = self.breaks - since
        newest = list(self._breaks)[-count:] if count else []
        return count > _BREAKS or any(one.concerns(requester) for one in newest)

    async def _try(
        self,
        make_prompt: MakePrompt,
        requester: Requester,
        priority: Priority,
        conditions: Conditions,
        until: float,
    ) -> str:
        correction = ""
        for _ in range(_TRIES):
            if correction and until - asyncio.get_running_loop().time() < _ANOTHER_TRY:
                break
            prompt = make_prompt(correction)
            known = [turn.text for turn in prompt.turns if turn.role is not Role.SYSTEM]
            written = [
                turn.text
                for turn in prompt.turns
                if turn.role is Role.USER and not is_of_a_bot(turn.text)
            ]
            self._checks.learn(conditions.chat, written)
            self._counters.calls += 1
            completion = await self._complete(prompt, requester, priority)
            draft = await self._checks.judge(completion.text, known, conditions)
            if draft.fault is None:
                return draft.text
            self._counters.faults[draft.fault] += 1
            correction = draft.correction
        raise NoMessageError(StaticReason.UNUSABLE)
