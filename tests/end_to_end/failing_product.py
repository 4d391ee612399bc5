"""`gavatcore` in which what people write comes up again in the text of every kind of error.

A message's first word says where it fails, and one bot's login fails; else it is the real product.
"""

import asyncio
import enum
import logging
import os
import sqlite3
import sys
import threading
import warnings
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import msgspec
from sqlalchemy.exc import OperationalError
from telethon import errors
from telethon.tl.functions.messages import SendMessageRequest
from telethon.tl.types import InputPeerSelf

from desktop.__main__ import main
from engine.replies.pipeline import Pipeline
from engine.replies.reply_context import ReplyRequest
from engine.telegram.client.client import AccountClient

BOT_VARIABLE, TEXT_VARIABLE = "FAILING_BOT", "FAILING_TEXT"  # whose login fails, and how


class _Colour(enum.Enum):
    RED = "red"


def _fail(text: str) -> None:
    raise ValueError(text)


async def _fail_soon(text: str) -> None:
    _fail(text)


def _key(text: str) -> None:
    raise KeyError(text)


def _parameters(text: str) -> None:
    raise OperationalError("INSERT INTO incoming", {"text": text}, sqlite3.OperationalError(text))


def _decoding(text: str) -> None:
    msgspec.json.decode(msgspec.json.encode(text), type=_Colour)


def _request(text: str) -> None:
    raise errors.RPCError(SendMessageRequest(InputPeerSelf(), text), text, 400)


def _group(text: str) -> None:
    raise ExceptionGroup(text, [KeyError(text), ValueError(text)])


def _task(text: str) -> None:
    asyncio.get_running_loop().create_task(_fail_soon(text))


def _callback(text: str) -> None:
    asyncio.get_running_loop().call_soon(_fail, text)


def _thread(text: str) -> None:
    threading.Thread(target=_fail, args=(text,)).start()


def _warning(text: str) -> None:
    warnings.warn(text, stacklevel=1)


def _library(text: str) -> None:
    request, error = SendMessageRequest(InputPeerSelf(), text), ValueError(text)
    logging.getLogger("telethon.test").error("no answer to %s: %s", request, error)
    logging.getLogger("telethon.test").error("%r came of it", error, exc_info=error)


WAYS: dict[str, Callable[[str], None]] = {
    "key": _key,
    "parameters": _parameters,
    "decoding": _decoding,
    "request": _request,
    "group": _group,
    "task": _task,
    "callback": _callback,
    "thread": _thread,
    "warning": _warning,
    "library": _library,
}

_answer, _log_in = Pipeline.answer, AccountClient.log_in


async def _failing_answer(pipeline: Pipeline, request: ReplyRequest) -> Any:
    if fail := WAYS.get(request.text.partition(" ")[0]):
        fail(request.text)
    return await _answer(pipeline, request)


async def _failing_login(client: AccountClient, token: str) -> Any:
    if token.startswith(os.environ[BOT_VARIABLE]):
        _fail(os.environ[TEXT_VARIABLE])
    return await _log_in(client, token)


if __name__ == "__main__":
    with (
        patch.object(Pipeline, "answer", _failing_answer),
        patch.object(AccountClient, "log_in", _failing_login),
    ):
        sys.exit(main())
