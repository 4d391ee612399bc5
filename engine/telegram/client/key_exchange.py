"""Replaces Telethon's part of the key exchange, which is too slow and sometimes wrong.

Telethon factorises and exponentiates in Python, up to 140 ms at a time; native code takes 3 ms. It
also drops a key's leading zeros, so one exchange in 256 yields another key than the server's.

Before a key exists, anybody may have sent the server's answers, so only the protocol's own forms
are accepted. A number without two factors would hold the loop for ever, and a packed object could
fill the memory. The hooks are module globals of the pinned Telethon.
"""

from typing import Any

import cryptg
import gmpy2
from telethon import password
from telethon.crypto import AuthKey, Factorization
from telethon.errors import SecurityError
from telethon.extensions import BinaryReader
from telethon.network import authenticator, mtprotoplainsender
from telethon.tl import types

_KEY_SIZE = 256  # bytes: https://core.telegram.org/mtproto/auth_key#dh-key-exchange-complete


_LARGEST_PQ = (1 << 63) - 1  # https://core.telegram.org/mtproto/auth_key
_SMALL = 1 << 10  # factors below it are found by division
_ANSWERS = {
    kind.CONSTRUCTOR_ID
    for kind in (
        types.ResPQ,
        types.ServerDHParamsOk,
        types.ServerDHParamsFail,
        types.DhGenOk,
        types.DhGenRetry,
        types.DhGenFail,
    )
}


class _AnswerReader(BinaryReader):  # type: ignore[misc]  # Telethon ships no types
    """Reads only the answers of a key exchange."""

    def tgread_object(self) -> Any:
        start = self.tell_position()
        if int.from_bytes(self.stream[start : start + 4], "little") not in _ANSWERS:
            raise SecurityError("no answer of a key exchange")
        return super().tgread_object()


def mend_key_exchange() -> None:
    """Replace Telethon's functions with ours; call before a client connects. Idempotent."""
    Factorization.factorize = _factors
    mtprotoplainsender.BinaryReader = _AnswerReader
    authenticator.pow = _power
    password.pow = _power
    authenticator.AuthKey = _whole_key


def _factors(product: int) -> tuple[int, int]:
    """Return the two primes of `product`, smaller first; raises SecurityError if it has no two."""
    if not 3 < product <= _LARGEST_PQ or gmpy2.is_prime(product):
        raise SecurityError("pq is no product of two primes")
    for small in range(2, _SMALL):
        if product % small == 0:
            return small, product // small
    if gmpy2.is_square(product):
        root = int(gmpy2.isqrt(product))
        return root, root
    try:
        first, second = sorted(cryptg.factorize_pq_pair(product))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        raise SecurityError("pq cannot be factorised") from error
    return first, second


def _power(base: int, exponent: int, modulus: int) -> int:
    return int(gmpy2.powmod(base, exponent, modulus))


def _whole_key(key: bytes) -> AuthKey:
    return AuthKey(key.rjust(_KEY_SIZE, b"\0"))
