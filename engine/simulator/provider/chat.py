"""Implements `/v1` of the local LLM provider: chat completions and the list of models."""

import hmac
import time
from collections.abc import AsyncIterator, Callable, Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from engine.simulator.provider.answers import answer_to, prompt_tokens, tokens
from engine.simulator.provider.bodies import Body
from engine.simulator.provider.completion import ChatCompletion, Piece
from engine.simulator.provider.ledger import Ledger, ProviderCall
from engine.simulator.provider.refusal import refusal
from engine.simulator.provider.reply import RecordedResponse
from engine.simulator.provider.request import ChatMessage, ChatRequest, decode
from engine.simulator.provider.rules import Behaviour, BehaviourRule, BehaviourRules, CallFacts

MODELS = ("local-small", "local-large")  # the listed ones; any name is answered


Answer = Callable[[Sequence[ChatMessage]], str]


def plain_answer(messages: Sequence[ChatMessage]) -> str:
    """Return an answer to the last message, the same each time."""
    return answer_to(messages[-1].text)


class ChatEndpoints:
    """The endpoints that a client of an OpenAI-compatible provider calls."""

    def __init__(
        self, api_key: str, rules: BehaviourRules, ledger: Ledger, answer: Answer = plain_answer
    ) -> None:
        self._api_key = api_key
        self._answer = answer
        self._rules = rules
        self._ledger = ledger

    def routes(self) -> list[Route]:
        """Return the routes of the endpoints."""
        return [
            Route("/v1/chat/completions", self.complete, methods=["POST"]),
            Route("/v1/models", self.list_models, methods=["GET"]),
        ]

    async def list_models(self, request: Request) -> Response:
        """List the models."""
        if not self._knows(_key_of(request)):
            return _refused(401, _wrong_key(_key_of(request)))
        models = [
            {"id": name, "object": "model", "created": 0, "owned_by": "local"} for name in MODELS
        ]
        return JSONResponse({"object": "list", "data": models})

    async def complete(self, request: Request) -> ASGIApp:
        """Answer a chat completion as the rules say."""
        key = _key_of(request)
        try:
            asked = decode(await request.body())
        except ValueError as error:
            return _refused(400, str(error))
        call = await self._ledger.begin(
            asked.model,
            key,
            [message.text for message in asked.messages],
            streamed=bool(asked.stream),
        )
        if not self._knows(key):
            call.behaviour, call.status = Behaviour.REFUSE, 401
            body = refusal(401, _wrong_key(key))
            return RecordedResponse(
                call, self._ledger, {"content-type": "application/json"}, _once(body)
            )
        return self._met(asked, call)

    def _met(self, asked: ChatRequest, call: ProviderCall) -> RecordedResponse:
        last = asked.messages[-1].text
        rule = self._rules.decide(CallFacts(asked.model, last, call.streamed))
        if name := asked.given(rule.unknown):
            call.behaviour, call.status = Behaviour.REFUSE, 400
            told = refusal(400, f"Unsupported parameter: '{name}'.", "unsupported_parameter")
            return RecordedResponse(
                call, self._ledger, {"content-type": "application/json"}, _once(told)
            )
        text = self._answer(asked.messages) if rule.text is None else rule.text
        completion = _completion(asked, text, call.number, rule)
        call.behaviour = rule.behaviour
        call.prompt_tokens = completion.prompt_tokens
        if rule.behaviour is Behaviour.REFUSE:
            call.status = rule.status
            call.prompt_tokens = 0
        body = Body(completion, rule, call.streamed and not rule.whole, asked.wants_usage)
        headers = body.headers() | {"x-request-id": f"req_{call.number:08d}"}
        return RecordedResponse(call, self._ledger, headers, body.pieces())

    def _knows(self, key: str) -> bool:
        return hmac.compare_digest(key.encode(), self._api_key.encode())


def _wrong_key(key: str) -> str:
    """Return OpenAI's message, which contains a part of the key."""
    return f"Incorrect API key provided: {key[:8]}{'*' * 8}{key[-4:]}."


def _key_of(request: Request) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer ")


def _completion(asked: ChatRequest, text: str, number: int, rule: BehaviourRule) -> ChatCompletion:
    pieces = tokens(text)
    limit = asked.token_limit
    return ChatCompletion(
        number=number,
        created=int(time.time()),
        model=asked.model,
        tokens=tuple(pieces[:limit]),
        prompt_tokens=prompt_tokens(message.text for message in asked.messages),
        cut=limit is not None and limit < len(pieces),
        finish=rule.finish,
        finish_each=rule.finish_each,
        figures=rule.figures,
    )


def _refused(status: int, message: str) -> Response:
    return Response(refusal(status, message), status, media_type="application/json")


async def _once(body: bytes) -> AsyncIterator[Piece]:
    yield body, 0
