"""Holds the server's RSA key, which is created once, and removes both paddings.

Telethon pads in the old way (SHA1, data, random bytes), official clients with RSA_PAD:
https://core.telegram.org/mtproto/auth_key#presenting-proof-of-work-server-authentication.
"""

import secrets
from hashlib import sha1, sha256
from pathlib import Path

import gmpy2
import rsa

from engine.simulator.network.cipher import decrypt_ige

_EXPONENT = 65537
_ROUNDS = 25  # of Miller-Rabin


def is_prime(number: int) -> bool:
    """Return True for a prime; wrong for at most one composite number in 4^25."""
    return bool(gmpy2.is_prime(number, _ROUNDS))


def random_prime(bits: int) -> int:
    """Return a prime of exactly `bits` bits; the highest two are set, for full-length products."""
    while True:
        number = secrets.randbits(bits) | (3 << (bits - 2)) | 1
        if is_prime(number):
            return number


def _new_private_key() -> rsa.PrivateKey:
    while True:
        p, q = random_prime(1024), random_prime(1024)
        order = (p - 1) * (q - 1)
        if p != q and order % _EXPONENT:
            return rsa.PrivateKey(p * q, _EXPONENT, pow(_EXPONENT, -1, order), p, q)


def _length_and_bytes(number: int) -> bytes:
    """Return a number as TL's `string`: length, big-endian bytes, padding to four."""
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    head = bytes((len(raw),)) if len(raw) < 254 else b"\xfe" + len(raw).to_bytes(3, "little")
    return head + raw + bytes(-(len(head) + len(raw)) % 4)


def fingerprint(modulus: int, exponent: int) -> int:
    """Return the low 64 bits of SHA1 over modulus and exponent in TL, as a signed number."""
    digest = sha1(
        _length_and_bytes(modulus) + _length_and_bytes(exponent), usedforsecurity=False
    ).digest()
    return int.from_bytes(digest[-8:], "little", signed=True)


class ServerKey:
    """Reads `server_key.pem` and `server_key_public.pem` in `directory`, or creates them."""

    def __init__(self, directory: Path) -> None:
        self.public_file = directory / "server_key_public.pem"
        private_file = directory / "server_key.pem"
        if private_file.exists():
            self._key = rsa.PrivateKey.load_pkcs1(private_file.read_bytes())
        else:
            self._key = _new_private_key()
            private_file.touch(mode=0o600)
            private_file.write_bytes(self._key.save_pkcs1())
        public = rsa.PublicKey(self._key.n, self._key.e)
        self.public_file.write_bytes(public.save_pkcs1())
        self.fingerprint = fingerprint(self._key.n, self._key.e)

    def decrypt(self, cipher_text: bytes) -> bytes | None:
        """Return the data under either padding, with its random tail; None if neither fits."""
        if len(cipher_text) not in (255, 256):
            return None
        number = int.from_bytes(cipher_text, "big")
        if number >= self._key.n:
            return None
        block = int(self._key.blinded_decrypt(number)).to_bytes(256, "big")
        return _without_rsa_pad(block) or _without_old_padding(block)


def _without_rsa_pad(block: bytes) -> bytes | None:
    masked_key, cipher_text = block[:32], block[32:]
    digest = sha256(cipher_text).digest()
    key = bytes(a ^ b for a, b in zip(masked_key, digest, strict=True))
    plain = decrypt_ige(cipher_text, key, bytes(32))
    reversed_data, check = plain[:192], plain[192:]
    data = reversed_data[::-1]
    return data if sha256(key + data).digest() == check else None


def _without_old_padding(block: bytes) -> bytes | None:
    """Return the data behind zero byte and SHA1; only TL shows where it ends. None: no match."""
    digest, padded = block[1:21], block[21:]
    if block[0]:
        return None
    for length in range(len(padded) - len(padded) % 4, 0, -4):
        if sha1(padded[:length], usedforsecurity=False).digest() == digest:
            return padded[:length]
    return None
