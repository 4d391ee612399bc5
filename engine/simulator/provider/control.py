"""Implements `/control` of the local LLM provider: rules and ledger, protected by a secret."""

import hmac

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engine.simulator.provider.ledger import Ledger
from engine.simulator.provider.ready import SECRET_HEADER
from engine.simulator.provider.rules import BehaviourRule, BehaviourRules

LONGEST_WAIT = 60.0  # seconds


class ControlEndpoints:
    """The endpoints by which a test controls the provider."""

    def __init__(self, secret: str, rules: BehaviourRules, ledger: Ledger) -> None:
        self._secret = secret
        self._rules = rules
        self._ledger = ledger

    def routes(self) -> list[Route]:
        """Return the routes of the endpoints."""
        return [
            Route("/control/rules", self.add_rule, methods=["POST"]),
            Route("/control/rules", self.clear_rules, methods=["DELETE"]),
            Route("/control/rules/{number:int}", self.remove_rule, methods=["DELETE"]),
            Route("/control/calls", self.list_calls, methods=["GET"]),
            Route("/control/calls", self.clear_calls, methods=["DELETE"]),
        ]

    async def add_rule(self, request: Request) -> Response:
        """Add a rule."""
        if not self._knows(request):
            return Response(status_code=403)
        try:
            rule = msgspec.json.decode(await request.body(), type=BehaviourRule)
        except msgspec.DecodeError as error:
            return Response(str(error), 400)
        return _json({"number": self._rules.add(rule)})

    async def remove_rule(self, request: Request) -> Response:
        """Remove a rule."""
        if not self._knows(request):
            return Response(status_code=403)
        self._rules.remove(request.path_params["number"])
        return Response(status_code=204)

    async def clear_rules(self, request: Request) -> Response:
        """Remove all rules."""
        if not self._knows(request):
            return Response(status_code=403)
        self._rules.clear()
        return Response(status_code=204)

    async def list_calls(self, request: Request) -> Response:
        """Return the ledger once `begun` calls have begun and `ended` ended, or after `timeout`."""
        if not self._knows(request):
            return Response(status_code=403)
        asked = request.query_params
        await self._ledger.wait(
            int(asked.get("begun", "0")),
            int(asked.get("ended", "0")),
            min(float(asked.get("timeout", "0")), LONGEST_WAIT),
        )
        return _json(self._ledger.view())

    async def clear_calls(self, request: Request) -> Response:
        """Reset the ledger."""
        if not self._knows(request):
            return Response(status_code=403)
        self._ledger.clear()
        return Response(status_code=204)

    def _knows(self, request: Request) -> bool:
        given = request.headers.get(SECRET_HEADER, "")
        return hmac.compare_digest(given.encode(), self._secret.encode())


def _json(content: object) -> Response:
    return Response(msgspec.json.encode(content), media_type="application/json")
