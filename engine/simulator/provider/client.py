"""Starts and controls a local LLM provider."""

import asyncio
import subprocess
import urllib.error
import urllib.request
from typing import Self

import msgspec

from engine.errors import SimulatorError
from engine.module_process import module_command
from engine.simulator.provider.ledger import ProviderCall, ProviderCalls
from engine.simulator.provider.ready import SECRET_HEADER, ProviderReady
from engine.simulator.provider.rules import BehaviourRule

_STOP_TIMEOUT = 5.0  # seconds
_CALL_TIMEOUT = 10.0  # seconds, longer than any request itself waits

# No proxy: a local address must not be requested through one.
_http = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class LocalProvider:
    """A provider for this process; it ends with `stop`, or with this process.

    Every method raises SimulatorError if the provider does not run or does not answer.
    """

    def __init__(self, seed: int = 0, *, lively: bool = False) -> None:
        """Prepare a provider; unless `lively`, it gives the same question the same answer."""
        self._options = ["--seed", str(seed), *(["--lively"] if lively else [])]
        self._process: subprocess.Popen[bytes] | None = None
        self._ready: ProviderReady | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def base_url(self) -> str:
        """The URL for a client's `base_url`; ends with /v1."""
        return f"{self._running().url}/v1"

    @property
    def api_key(self) -> str:
        """The one key it accepts."""
        return self._running().api_key

    async def start(self) -> None:
        """Start it, and return when it listens; a thread waits, not the loop."""
        await asyncio.to_thread(self._start)

    def _start(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            module_command("engine.simulator.provider", *self._options),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        if self._process.stdout is None:  # pragma: no cover - a pipe was asked for
            raise SimulatorError("The local LLM provider did not start.")
        line = self._process.stdout.readline()
        try:
            self._ready = msgspec.json.decode(line, type=ProviderReady)
        except msgspec.DecodeError as error:
            self._stop()
            raise SimulatorError("The local LLM provider did not start.") from error

    async def stop(self) -> None:
        """Stop it, even during calls; harmless if it does not run."""
        await asyncio.to_thread(self._stop)

    def _stop(self) -> None:
        process, self._process, self._ready = self._process, None, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(_STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()

    async def add_rule(self, rule: BehaviourRule) -> int:
        """Add a rule; return its number. The first added decides first."""
        answer = await self._control("POST", "rules", msgspec.json.encode(rule))
        return msgspec.json.decode(answer, type=dict[str, int])["number"]

    async def remove_rule(self, number: int) -> None:
        """Remove a rule by its number."""
        await self._control("DELETE", f"rules/{number}")

    async def clear_rules(self) -> None:
        """Remove all rules."""
        await self._control("DELETE", "rules")

    async def calls(self) -> tuple[ProviderCall, ...]:
        """Return the newest calls, oldest first, including those under way."""
        return (await self.ledger()).calls

    async def ledger(self) -> ProviderCalls:
        """Return the newest calls, and how many there were in all."""
        return msgspec.json.decode(await self._control("GET", "calls"), type=ProviderCalls)

    async def wait_for_calls(
        self, begun: int = 0, ended: int = 0, within: float = 60.0
    ) -> ProviderCalls:
        """Return the ledger once so many calls have begun and ended.

        Raises SimulatorError after `within` s.
        """
        path = f"calls?begun={begun}&ended={ended}&timeout={within}"
        answer = await self._control("GET", path, wait=within)
        ledger = msgspec.json.decode(answer, type=ProviderCalls)
        if ledger.total < begun or ledger.ended < ended:
            raise SimulatorError(
                f"The local LLM provider saw {ledger.total} calls begin and {ledger.ended} end, "
                f"not {begun} and {ended}, in {within:g} s."
            )
        return ledger

    async def clear_calls(self) -> None:
        """Reset the counts."""
        await self._control("DELETE", "calls")

    async def _control(
        self, method: str, path: str, body: bytes | None = None, wait: float = 0.0
    ) -> bytes:
        ready = self._running()
        request = urllib.request.Request(  # noqa: S310 - http on this machine
            f"{ready.url}/control/{path}",
            data=body,
            method=method,
            headers={SECRET_HEADER: ready.control_secret},
        )

        def ask() -> bytes:
            with _http.open(request, timeout=wait + _CALL_TIMEOUT) as response:
                answer: bytes = response.read()
                return answer

        try:
            return await asyncio.to_thread(ask)
        except OSError as error:
            raise SimulatorError("The local LLM provider does not answer.") from error

    def _running(self) -> ProviderReady:
        if self._ready is None:
            raise SimulatorError("The local LLM provider does not run.")
        return self._ready
