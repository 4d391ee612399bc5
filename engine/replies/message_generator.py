"""Asks a provider for a message, once more if the first may not be sent, within one wait."""

import asyncio
from collections.abc import Callable

from engine.replies.answer_checks import AnswerChecks, Conditions
from engine.replies.completion import (
    Complete,
    NoCompletionError,
    Priority,
    Prompt,
    Refusal,
    Requester,
    Role,
)
from engine.replies.figures import ReplyCounters, StaticReason
from engine.replies.quoting import is_of_a_bot

_TRIES = 2
_ANOTHER_TRY = 8.0  # s that must be left of the wait to ask once more

MakePrompt = Callable[[str], Prompt]
"""The prompt, given what was wrong with the last draft; nothing the first time."""


class NoMessageError(Exception):
    """No message that may be sent came of it."""

    def __init__(self, reason: StaticReason | Refusal) -> None:
        super().__init__(reason.value)
        self.reason = reason


class MessageGenerator:
    """One for all bots."""

    def __init__(
        self,
        complete: Complete,
        checks: AnswerChecks,
        counters: ReplyCounters,
        report: Callable[[BaseException], None],
    ) -> None:
        self._complete = complete
        self._checks = checks
        self._counters = counters
        self._report = report

    async def generate(
        self,
        make_prompt: MakePrompt,
        requester: Requester,
        priority: Priority,
        conditions: Conditions,
        until: float,
    ) -> str:
        """A message that passed every check, by `until` on the loop's clock.

        Raises NoMessageError.
        """
        try:
            async with asyncio.timeout_at(until):
                return await self._try(make_prompt, requester, priority, conditions, until)
        except NoCompletionError as error:
            raise NoMessageError(error.refusal) from error
        except TimeoutError as error:
            raise NoMessageError(Refusal.TIMED_OUT) from error
        except NoMessageError:
            raise
        except Exception as error:  # a fault of ours must not leave a person without an answer
            self._report(error)
            raise NoMessageError(StaticReason.FAILED) from error

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
