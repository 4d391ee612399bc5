"""Implements the server's part of the key exchange, with every check of the protocol.

Source: https://core.telegram.org/mtproto/auth_key.
"""

import os
import time
from dataclasses import dataclass
from hashlib import sha1
from typing import Any

from telethon.extensions import BinaryReader
from telethon.tl import functions, types

from engine.simulator.network.cipher import decrypt_ige, encrypt_ige, nonce_keys
from engine.simulator.network.rsa_key import ServerKey, random_prime
from engine.simulator.safe_prime import DH_PRIME, GENERATOR

_MARGIN = 1 << (2048 - 64)
_EXPONENT_BYTES = 64  # with a safe prime a short exponent is as good, at a quarter of the cost


class KeyExchangeError(Exception):
    """The client broke the protocol; the connection ends with transport error 404."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """The result of a finished exchange."""

    auth_key: bytes  # 256 bytes
    salt: int  # signed, 64 bits


def _bytes_of(number: int, length: int) -> bytes:
    return number.to_bytes(length, "little", signed=True)


def _shortest(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise KeyExchangeError(what)


def _read(data: bytes, expected: type) -> tuple[Any, int]:
    """Read one object of the expected type; return it and its number of bytes."""
    reader = BinaryReader(data)
    try:
        found = reader.tgread_object()
    except Exception as error:
        raise KeyExchangeError("unreadable data in a key exchange") from error
    _require(isinstance(found, expected), f"{type(found).__name__} in place of {expected.__name__}")
    return found, reader.tell_position()


class KeyExchange:
    """One exchange on one connection: pass it the requests, and send its answers."""

    def __init__(self, key: ServerKey) -> None:
        self._key = key
        self._nonce = 0
        self._server_nonce = 0
        self._primes = (0, 0)
        self._new_nonce = b""
        self._exponent = 0

    def answer(self, request: Any) -> tuple[Any, NewKey | None]:
        """Return the answer to one plain request, and the key once it is agreed."""
        if isinstance(request, functions.ReqPqMultiRequest | functions.ReqPqRequest):
            return self._start(request), None
        if isinstance(request, functions.ReqDHParamsRequest):
            return self._offer(request), None
        if isinstance(request, functions.SetClientDHParamsRequest):
            return self._finish(request)
        raise KeyExchangeError(f"{type(request).__name__} without an authorization key")

    def _start(self, request: Any) -> Any:
        self._nonce = request.nonce
        self._server_nonce = int.from_bytes(os.urandom(16), "little", signed=True)
        first, second = random_prime(31), random_prime(31)
        while first == second:
            second = random_prime(31)
        self._primes = (min(first, second), max(first, second))
        return types.ResPQ(
            self._nonce, self._server_nonce, _shortest(first * second), [self._key.fingerprint]
        )

    def _same_nonces(self, message: Any) -> None:
        _require(self._primes != (0, 0), "no exchange was started")
        _require(message.nonce == self._nonce, "another nonce")
        _require(message.server_nonce == self._server_nonce, "another server nonce")

    def _offer(self, request: Any) -> Any:
        self._same_nonces(request)
        given = (int.from_bytes(request.p, "big"), int.from_bytes(request.q, "big"))
        _require(given == self._primes, "wrong factors of pq")
        _require(request.public_key_fingerprint == self._key.fingerprint, "an unknown RSA key")
        plain = self._key.decrypt(request.encrypted_data)
        if plain is None:
            raise KeyExchangeError("the RSA padding does not fit")
        kind = types.PQInnerDataDc if plain[:4] == b"\x95\x5f\xf5\xa9" else types.PQInnerData
        inner, _ = _read(plain, kind)
        self._same_nonces(inner)
        _require(
            (int.from_bytes(inner.p, "big"), int.from_bytes(inner.q, "big")) == self._primes,
            "wrong factors of pq inside the sealed data",
        )
        self._new_nonce = _bytes_of(inner.new_nonce, 32)
        return self._dh_parameters()

    def _dh_parameters(self) -> Any:
        while True:
            self._exponent = int.from_bytes(os.urandom(_EXPONENT_BYTES), "big")
            power = pow(GENERATOR, self._exponent, DH_PRIME)
            if _MARGIN <= power <= DH_PRIME - _MARGIN:
                break
        inner = bytes(
            types.ServerDHInnerData(
                self._nonce,
                self._server_nonce,
                GENERATOR,
                _shortest(DH_PRIME),
                _shortest(power),
                int(time.time()),
            )
        )
        answer = sha1(inner, usedforsecurity=False).digest() + inner
        answer += os.urandom(-len(answer) % 16)
        key, iv = nonce_keys(_bytes_of(self._server_nonce, 16), self._new_nonce)
        return types.ServerDHParamsOk(self._nonce, self._server_nonce, encrypt_ige(answer, key, iv))

    def _finish(self, request: Any) -> tuple[Any, NewKey]:
        self._same_nonces(request)
        _require(bool(self._exponent), "no parameters were offered")
        _require(len(request.encrypted_data) % 16 == 0, "the sealed data is cut")
        server_nonce = _bytes_of(self._server_nonce, 16)
        key, iv = nonce_keys(server_nonce, self._new_nonce)
        plain = decrypt_ige(request.encrypted_data, key, iv)
        inner, length = _read(plain[20:], types.ClientDHInnerData)
        digest = sha1(plain[20 : 20 + length], usedforsecurity=False).digest()
        _require(digest == plain[:20], "the sealed data does not match its SHA1")
        self._same_nonces(inner)
        power = int.from_bytes(inner.g_b, "big")
        _require(_MARGIN <= power <= DH_PRIME - _MARGIN, "g_b is out of range")
        auth_key = pow(power, self._exponent, DH_PRIME).to_bytes(256, "big")
        digest = sha1(auth_key, usedforsecurity=False).digest()
        check = sha1(self._new_nonce + b"\x01" + digest[:8], usedforsecurity=False).digest()
        salt = bytes(a ^ b for a, b in zip(self._new_nonce[:8], server_nonce[:8], strict=True))
        answer = types.DhGenOk(
            self._nonce, self._server_nonce, int.from_bytes(check[4:20], "little", signed=True)
        )
        self._primes, self._exponent = (0, 0), 0
        return answer, NewKey(auth_key, int.from_bytes(salt, "little", signed=True))
