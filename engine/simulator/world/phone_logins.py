"""Tracks logins by phone that are under way: sent codes, and passwords still required."""

import secrets
import time
from dataclasses import dataclass, field

from engine.simulator.world.rpc_error import RpcError
from engine.simulator.world.srp import Challenge, make_verifier
from engine.simulator.world.state import Account, WorldState

_CODE_LIFE = 300.0  # s
_MOST_TRIES = 5


@dataclass(slots=True)
class _SentCode:
    code: str
    sent_at: float = field(default_factory=time.time)
    tries: int = 0


class PhoneLogins:
    """Kept in memory: after a restart everybody must begin again."""

    def __init__(self, state: WorldState) -> None:
        self._state = state
        self._codes: dict[tuple[str, str], _SentCode] = {}  # by phone and hash
        self._last: dict[str, str] = {}  # newest code of each phone
        self._half: dict[int, Account] = {}  # by key id: the code was right, a password is required
        self._challenges: dict[int, Challenge] = {}  # by key id

    def register(self, account: Account, phone: str, password: str | None) -> None:
        """Let a person log in with `phone`, and with `password` if there is one."""
        account.phone = _digits(phone)
        account.password = make_verifier(password) if password else None

    def send_code(self, phone: str) -> str:
        """Send a code of five digits; return the hash that names this attempt."""
        digits = _digits(phone)
        self._account(digits)
        attempt = secrets.token_hex(9)
        code = f"{secrets.randbelow(100_000):05}"
        self._codes[digits, attempt] = _SentCode(code)
        self._last[digits] = code
        return attempt

    def last_code(self, phone: str) -> str:
        """Return the newest code sent to `phone`, as its owner reads it."""
        try:
            return self._last[_digits(phone)]
        except KeyError:
            raise RpcError(400, "PHONE_CODE_EMPTY") from None

    def sign_in(self, key: int, phone: str, attempt: str, code: str) -> Account:
        """Return the phone's account; raises SESSION_PASSWORD_NEEDED if a password is required."""
        digits = _digits(phone)
        sent = self._codes.get((digits, attempt))
        if sent is None or time.time() - sent.sent_at > _CODE_LIFE or sent.tries >= _MOST_TRIES:
            raise RpcError(400, "PHONE_CODE_EXPIRED")
        if not secrets.compare_digest(sent.code.encode(), code.encode()):
            sent.tries += 1
            raise RpcError(400, "PHONE_CODE_INVALID")
        del self._codes[digits, attempt]
        account = self._account(digits)
        if account.password is not None:
            self._half[key] = account
            raise RpcError(401, "SESSION_PASSWORD_NEEDED")
        return account

    def challenge(self, key: int) -> Challenge | None:
        """Return a new password challenge for a half logged-in key; None without one."""
        account = self._half.get(key)
        if account is None or account.password is None:
            return None
        self._challenges[key] = Challenge.begin(account.password)
        return self._challenges[key]

    def check_password(self, key: int, number: int, client_public: bytes, proof: bytes) -> Account:
        """Return the password's account; each challenge may be answered once."""
        challenge = self._challenges.pop(key, None)
        if challenge is None or challenge.id != number:
            raise RpcError(400, "SRP_ID_INVALID")
        if not challenge.is_met(client_public, proof):
            raise RpcError(400, "PASSWORD_HASH_INVALID")
        return self._half.pop(key)

    def _account(self, digits: str) -> Account:
        for account in self._state.accounts.values():
            if digits and account.phone == digits:
                return account
        raise RpcError(400, "PHONE_NUMBER_INVALID")


def _digits(phone: str) -> str:
    return "".join(letter for letter in phone if letter.isdigit())
