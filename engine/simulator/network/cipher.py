"""Implements the ciphers of MTProto 2.0: AES-256-IGE, and keys derived from a message key.

Source: https://core.telegram.org/mtproto/description.
"""

import os
from hashlib import sha1, sha256

import cryptg


def encrypt_ige(data: bytes, key: bytes, iv: bytes) -> bytes:
    """Encrypt with AES-256-IGE; `data` is a multiple of 16 bytes, `iv` has 32."""
    return bytes(cryptg.encrypt_ige(data, key, iv))


def decrypt_ige(data: bytes, key: bytes, iv: bytes) -> bytes:
    """Decrypt what `encrypt_ige` encrypted."""
    return bytes(cryptg.decrypt_ige(data, key, iv))


def auth_key_id(auth_key: bytes) -> int:
    """Return the low 64 bits of the key's SHA1, as an unsigned number."""
    return int.from_bytes(sha1(auth_key, usedforsecurity=False).digest()[-8:], "little")


def _keys(auth_key: bytes, message_key: bytes, x: int) -> tuple[bytes, bytes]:
    a = sha256(message_key + auth_key[x : x + 36]).digest()
    b = sha256(auth_key[x + 40 : x + 76] + message_key).digest()
    return a[:8] + b[8:24] + a[24:32], b[:8] + a[8:24] + b[24:32]


def seal(auth_key: bytes, plain: bytes) -> bytes:
    """Return message key and cipher text of a message from the server."""
    plain += os.urandom(12 + -(len(plain) + 12) % 16)
    message_key = sha256(auth_key[96:128] + plain).digest()[8:24]
    key, iv = _keys(auth_key, message_key, 8)
    return message_key + encrypt_ige(plain, key, iv)


def unseal(auth_key: bytes, sealed: bytes) -> bytes | None:
    """Return the padded plain text of a client's message; None if its message key is wrong."""
    message_key, cipher_text = sealed[:16], sealed[16:]
    if not cipher_text or len(cipher_text) % 16:
        return None
    key, iv = _keys(auth_key, message_key, 0)
    plain = decrypt_ige(cipher_text, key, iv)
    if sha256(auth_key[88:120] + plain).digest()[8:24] != message_key:
        return None
    return plain


def nonce_keys(server_nonce: bytes, new_nonce: bytes) -> tuple[bytes, bytes]:
    """Return the temporary AES key and IV of a key exchange (nonces of 16 and 32 bytes)."""
    mixed = sha1(new_nonce + server_nonce, usedforsecurity=False).digest()
    turned = sha1(server_nonce + new_nonce, usedforsecurity=False).digest()
    doubled = sha1(new_nonce + new_nonce, usedforsecurity=False).digest()
    return mixed + turned[:12], turned[12:] + doubled + new_nonce[:4]
