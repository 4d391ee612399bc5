"""Telethon's half of the key exchange with ours in its place, against the simulator's half."""

import asyncio
import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from telethon.crypto import rsa
from telethon.errors import SecurityError
from telethon.network import authenticator
from telethon.tl.core import GzipPacked

from engine.simulator.network import key_exchange
from engine.simulator.network.rsa_key import ServerKey
from engine.telegram.client.key_exchange import _AnswerReader, _factors, mend_key_exchange

_SHORT_KEY = 237  # with this seed the key both sides come to begins with a zero


class _Sender:
    """Carries plain requests straight to the server's half."""

    def __init__(self, key: ServerKey) -> None:
        self._exchange = key_exchange.KeyExchange(key)
        self.agreed: key_exchange.NewKey | None = None

    async def send(self, request: Any) -> Any:
        answer, self.agreed = self._exchange.answer(request)
        return answer


def test_a_key_keeps_its_leading_zeros(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = ServerKey(tmp_path)
    rsa.add_key(key.public_file.read_text(), old=False)
    mend_key_exchange()
    sender = _Sender(key)
    source = SimpleNamespace(urandom=random.Random(_SHORT_KEY).randbytes)
    monkeypatch.setattr(authenticator, "os", source)
    monkeypatch.setattr(key_exchange, "os", source)

    ours, _offset = asyncio.run(authenticator.do_authentication(sender))

    assert sender.agreed is not None
    assert sender.agreed.auth_key[0] == 0
    assert ours.key == sender.agreed.auth_key


@pytest.mark.parametrize("pq", [-6, 0, 1, 2, 3, 2_147_483_647, (1 << 63) - 25, 1 << 63, 1 << 200])
def test_a_number_without_two_factors_is_refused_and_holds_nothing_up(pq: int) -> None:
    with pytest.raises(SecurityError):
        _factors(pq)


@pytest.mark.parametrize(
    ("first", "second"), [(2, 2), (3, 5), (1009, 1009), (1_229_739_323, 1_402_015_859)]
)
def test_a_product_of_two_primes_is_factorised(first: int, second: int) -> None:
    assert _factors(first * second) == (first, second)


def test_a_packed_object_is_no_answer_of_a_key_exchange() -> None:
    with pytest.raises(SecurityError):
        _AnswerReader(bytes(GzipPacked(bytes(1 << 20)))).tgread_object()
