"""Implements the server's part of a two-step password check, which never reveals the password.

Source: https://core.telegram.org/api/srp.
"""

import secrets
from dataclasses import dataclass
from hashlib import pbkdf2_hmac, sha256

import msgspec

from engine.simulator.safe_prime import DH_PRIME, GENERATOR

SIZE = 256  # bytes of a number
_ITERATIONS = 100_000
_MULTIPLIER_INPUT = DH_PRIME.to_bytes(SIZE, "big") + GENERATOR.to_bytes(SIZE, "big")


class Verifier(msgspec.Struct):
    """The stored form of a password: enough to check it, too little to log in."""

    salt1: bytes
    salt2: bytes
    value: bytes  # g^x modulo p


def _hash(*parts: bytes) -> bytes:
    return sha256(b"".join(parts)).digest()


def _wide(number: int) -> bytes:
    return number.to_bytes(SIZE, "big")


_MULTIPLIER = int.from_bytes(_hash(_MULTIPLIER_INPUT), "big")


def make_verifier(password: str) -> Verifier:
    """Create a verifier with new salts."""
    salt1, salt2 = secrets.token_bytes(16), secrets.token_bytes(16)
    first = _hash(salt2, _hash(salt1, password.encode(), salt1), salt2)
    second = pbkdf2_hmac("sha512", first, salt1, _ITERATIONS)
    exponent = int.from_bytes(_hash(salt2, second, salt2), "big")
    return Verifier(salt1, salt2, _wide(pow(GENERATOR, exponent, DH_PRIME)))


@dataclass(frozen=True, slots=True)
class Challenge:
    """One attempt: the public number for the client, and its secret counterpart."""

    id: int
    verifier: Verifier
    secret: int
    public: bytes  # B

    @classmethod
    def begin(cls, verifier: Verifier) -> "Challenge":
        """Begin an attempt."""
        secret = secrets.randbits(8 * SIZE)
        value = int.from_bytes(verifier.value, "big")
        public = (_MULTIPLIER * value + pow(GENERATOR, secret, DH_PRIME)) % DH_PRIME
        return cls(secrets.randbits(62), verifier, secret, _wide(public))

    def is_met(self, client_public: bytes, proof: bytes) -> bool:
        """Return True if the client's A and M1 prove that it knows the password."""
        number = int.from_bytes(client_public, "big")
        if not 0 < number < DH_PRIME:
            return False
        client = _wide(number)
        scrambler = int.from_bytes(_hash(client, self.public), "big")
        value = int.from_bytes(self.verifier.value, "big")
        shared = pow(number * pow(value, scrambler, DH_PRIME), self.secret, DH_PRIME)
        prime, generator = _hash(_wide(DH_PRIME)), _hash(_wide(GENERATOR))
        expected = _hash(
            bytes(a ^ b for a, b in zip(prime, generator, strict=True)),
            _hash(self.verifier.salt1),
            _hash(self.verifier.salt2),
            client,
            self.public,
            _hash(_wide(shared)),
        )
        return secrets.compare_digest(expected, proof)
