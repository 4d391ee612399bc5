"""Formats errors for the log: where they occurred and what they are, without others' texts."""

import traceback
from collections.abc import Iterator

from engine.errors import described

_CAUSED = "\nThe above exception was the direct cause of the following exception:\n\n"
_DURING = "\nDuring handling of the above exception, another exception occurred:\n\n"
_MOST = 20  # errors of one chain or group


def trace_of(error: BaseException) -> str:
    """Return the frames of `error` and of its causes, each with the text of `described`."""
    return "".join(_lines(error)).rstrip("\n")


def without_text(line: str, error: BaseException) -> str:
    """Return `line` without the parts that repeat texts of `error` and its causes."""
    for one in _related(error):
        for text in (repr(one), str(one)):
            if len(text) > 1:
                line = line.replace(text, described(one))
    return line


def _lines(error: BaseException) -> Iterator[str]:
    chain = list(_chain(error))
    for place, (one, joint) in enumerate(reversed(chain)):
        if place:
            yield joint
        if one.__traceback__ is not None:
            yield "Traceback (most recent call last):\n"
            yield from traceback.format_tb(one.__traceback__)
        yield f"{_named(one)}\n"
        if isinstance(one, BaseExceptionGroup):
            for member in one.exceptions[:_MOST]:
                yield from (f"  | {line}" for line in "".join(_lines(member)).splitlines(True))


def _chain(error: BaseException) -> Iterator[tuple[BaseException, str]]:
    """Yield `error` and its causes, newest first, each with the words that join it to the next.

    An error may be among its own causes.
    """
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen and len(seen) < _MOST:
        seen.add(id(one))
        yield one, _DURING if one.__cause__ is None else _CAUSED
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _related(error: BaseException) -> Iterator[BaseException]:
    for one, _joint in _chain(error):
        yield one
        if isinstance(one, BaseExceptionGroup):
            for member in one.exceptions[:_MOST]:
                yield from _related(member)


def _named(error: BaseException) -> str:
    name, text = type(error).__name__, described(error)
    return text if text.startswith(name) else f"{name}: {text}"
