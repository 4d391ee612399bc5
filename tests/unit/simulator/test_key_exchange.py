"""The key exchange: both RSA paddings, and every lie a client could tell."""

import os
import random
from hashlib import sha1, sha256
from typing import Any

import pytest
import rsa
from telethon.tl import functions, types

from engine.simulator.network import wire
from engine.simulator.network.cipher import decrypt_ige, encrypt_ige, nonce_keys
from engine.simulator.network.key_exchange import KeyExchange, KeyExchangeError
from engine.simulator.network.rsa_key import ServerKey
from engine.simulator.safe_prime import DH_PRIME


@pytest.fixture(scope="module")
def server_key(tmp_path_factory: pytest.TempPathFactory) -> ServerKey:
    return ServerKey(tmp_path_factory.mktemp("key"))


def _factor(number: int) -> tuple[int, int]:
    """Pollard's rho with Brent's choice of function."""
    from math import gcd  # noqa: PLC0415 - needed here alone

    while True:
        constant = random.randrange(1, number)
        slow = fast = random.randrange(number)
        divisor = 1
        while divisor == 1:
            slow = (slow * slow + constant) % number
            fast = (fast * fast + constant) % number
            fast = (fast * fast + constant) % number
            divisor = gcd(abs(slow - fast), number)
        if divisor != number:
            return min(divisor, number // divisor), max(divisor, number // divisor)


def _public(key: ServerKey) -> rsa.PublicKey:
    return rsa.PublicKey.load_pkcs1(key.public_file.read_bytes())


def _raw(key: rsa.PublicKey, block: bytes) -> bytes:
    return pow(int.from_bytes(block, "big"), key.e, key.n).to_bytes(256, "big")


def old_padding(key: rsa.PublicKey, data: bytes) -> bytes:
    digest = sha1(data, usedforsecurity=False).digest()
    return _raw(key, digest + data + os.urandom(235 - len(data)))


def rsa_pad(key: rsa.PublicKey, data: bytes) -> bytes:
    """RSA_PAD, written from https://core.telegram.org/mtproto/auth_key (4.1)."""
    padded = data + os.urandom(192 - len(data))
    while True:
        temp_key = os.urandom(32)
        with_hash = padded[::-1] + sha256(temp_key + padded).digest()
        encrypted = encrypt_ige(with_hash, temp_key, bytes(32))
        digest = sha256(encrypted).digest()
        block = bytes(a ^ b for a, b in zip(temp_key, digest, strict=True)) + encrypted
        if int.from_bytes(block, "big") < key.n:
            return _raw(key, block)


class Client:
    """A client of its own, that can be made to lie in one place."""

    def __init__(self, key: ServerKey, padding: Any = old_padding, **lies: Any) -> None:
        self.exchange = KeyExchange(key)
        self.key, self.padding, self.lies = key, padding, lies
        self.nonce = int.from_bytes(os.urandom(16), "little", signed=True)
        self.new_nonce = os.urandom(32)

    def _says(self, what: str, truth: Any) -> Any:
        return self.lies.get(what, truth)

    def run(self) -> tuple[bytes, Any, Any]:
        """Our key, the server's answer and the server's key."""
        found, _ = self.exchange.answer(functions.ReqPqMultiRequest(self.nonce))
        p, q = _factor(int.from_bytes(found.pq, "big"))
        inner = types.PQInnerDataDc(
            found.pq,
            p.to_bytes(4, "big"),
            q.to_bytes(4, "big"),
            self.nonce,
            self._says("inner_server_nonce", found.server_nonce),
            int.from_bytes(self.new_nonce, "little", signed=True),
            2,
        )
        sealed = self.padding(_public(self.key), bytes(inner))
        offer, _ = self.exchange.answer(
            functions.ReqDHParamsRequest(
                self._says("nonce", self.nonce),
                found.server_nonce,
                self._says("p", p).to_bytes(4, "big"),
                q.to_bytes(4, "big"),
                self._says("fingerprint", found.server_public_key_fingerprints[0]),
                self._says("sealed", sealed),
            )
        )
        server_nonce = found.server_nonce.to_bytes(16, "little", signed=True)
        key, iv = nonce_keys(server_nonce, self.new_nonce)
        answer = decrypt_ige(offer.encrypted_answer, key, iv)
        parameters = wire.read_object(answer[20:])
        assert sha1(bytes(parameters), usedforsecurity=False).digest() == answer[:20]
        exponent = int.from_bytes(os.urandom(256), "big")
        ours = self._says("g_b", pow(parameters.g, exponent, DH_PRIME))
        data = bytes(
            types.ClientDHInnerData(self.nonce, found.server_nonce, 0, ours.to_bytes(256, "big"))
        )
        digest = self._says("digest", sha1(data, usedforsecurity=False).digest())
        plain = digest + data
        plain += os.urandom(-len(plain) % 16)
        done, new_key = self.exchange.answer(
            functions.SetClientDHParamsRequest(
                self.nonce, found.server_nonce, encrypt_ige(plain, key, iv)
            )
        )
        shared = pow(int.from_bytes(parameters.g_a, "big"), exponent, DH_PRIME)
        return shared.to_bytes(256, "big"), done, new_key


@pytest.mark.parametrize("padding", [old_padding, rsa_pad])
def test_both_sides_agree_on_a_key_under_either_padding(
    server_key: ServerKey, padding: Any
) -> None:
    client = Client(server_key, padding)
    ours, done, theirs = client.run()
    assert theirs.auth_key == ours
    digest = sha1(ours, usedforsecurity=False).digest()[:8]
    check = sha1(client.new_nonce + b"\x01" + digest, usedforsecurity=False).digest()[4:]
    assert done.new_nonce_hash1.to_bytes(16, "little", signed=True) == check


@pytest.mark.parametrize(
    ("lie", "told"),
    [
        ({"nonce": 5}, "another nonce"),
        ({"inner_server_nonce": 5}, "another server nonce"),
        ({"p": 3}, "wrong factors"),
        ({"fingerprint": 5}, "unknown RSA key"),
        ({"sealed": bytes(255) + b"\x02"}, "RSA padding"),
        ({"g_b": 1}, "out of range"),
        ({"g_b": DH_PRIME - 1}, "out of range"),
        ({"digest": bytes(20)}, "SHA1"),
    ],
)
def test_a_lie_ends_the_exchange(server_key: ServerKey, lie: dict[str, Any], told: str) -> None:
    with pytest.raises(KeyExchangeError, match=told):
        Client(server_key, **lie).run()


def test_steps_out_of_order_are_refused(server_key: ServerKey) -> None:
    with pytest.raises(KeyExchangeError, match="no exchange was started"):
        KeyExchange(server_key).answer(functions.SetClientDHParamsRequest(1, 2, bytes(16)))
    with pytest.raises(KeyExchangeError, match="without an authorization key"):
        KeyExchange(server_key).answer(functions.help.GetConfigRequest())


def test_the_key_is_made_once_and_kept_private(server_key: ServerKey) -> None:
    directory = server_key.public_file.parent
    assert ServerKey(directory).fingerprint == server_key.fingerprint
    assert (directory / "server_key.pem").stat().st_mode & 0o077 == 0
