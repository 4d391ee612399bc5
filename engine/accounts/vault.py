"""Opens everything that a data directory keeps sealed with its master key."""

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.accounts.accounts import Accounts
from engine.language import _
from engine.secrets.find import KeySource
from engine.secrets.kept_seal import KeptSeal
from engine.secrets.key_record import KeyPlace
from engine.secrets.master_key import MasterKey
from engine.secrets.seal import Seal
from engine.secrets.store import SecretStore
from engine.settings import Settings
from engine.telemetry.redaction import hide

_API_ID, _API_HASH = "telegram_api_id", "telegram_api_hash"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ApiCredentials:
    """The credentials that identify this program to Telegram, from my.telegram.org."""

    api_id: int
    api_hash: str

    def __repr__(self) -> str:
        return f"ApiCredentials({self.api_id})"


@dataclass(frozen=True, slots=True)
class Vault:
    """The seal, and what it seals beside the session files."""

    seal: KeptSeal
    accounts: Accounts
    secrets: SecretStore

    @property
    def place(self) -> KeyPlace:
        """The place of the master key."""
        return self.seal.found.place

    def keys_in_use(self) -> Counter[bytes]:
        """Count the sealed secrets by the id of their key, without the session files."""
        return Counter((*self.accounts.keys_in_use(), *self.secrets.keys_in_use()))

    def api(self, settings: Settings) -> ApiCredentials | None:
        """Return api_id and api_hash of the settings, else those kept here, else None."""
        if settings.telegram_api_id is not None and settings.telegram_api_hash is not None:
            api_hash = settings.telegram_api_hash.get_secret_value()
            hide(api_hash)
            return ApiCredentials(settings.telegram_api_id, api_hash)
        kept_id, kept_hash = self.secrets.get(_API_ID), self.secrets.get(_API_HASH)
        if kept_id is None or kept_hash is None:
            return None
        return ApiCredentials(int(kept_id), kept_hash)

    def keep_api(self, api: ApiCredentials) -> None:
        """Keep the credentials sealed; those of the settings take precedence. Raises OSError."""
        self.secrets.set(_API_ID, str(api.api_id))
        self.secrets.set(_API_HASH, api.api_hash)


def open_vault(directory: Path, settings: Settings) -> Vault:
    """Find or create the master key of `directory`, and open what it seals.

    Blocking, up to a minute while a person unlocks the keyring; raises MasterKeyError or OSError.
    """
    given = settings.token_encryption_key
    seal = KeptSeal(
        KeySource(
            directory,
            given.get_secret_value() if given else None,
            keyring=settings.os_keyring,
            is_empty=lambda: _is_empty(directory, settings),
            sealed_with=lambda: set(_keys_in_use(directory)),
        )
    )
    if seal.found.waiting:
        _log.warning("%s", waiting_sentence())
    return Vault(seal, Accounts(directory, seal), SecretStore(directory, seal))


def waiting_sentence() -> str:
    """Return the sentence for an operator whose TOKEN_ENCRYPTION_KEY is not in use yet."""
    return _(
        "TOKEN_ENCRYPTION_KEY holds another key than the one in use: it seals nothing until "
        "“gavatcore accounts rotate-key” has sealed everything with it."
    )


def _is_empty(directory: Path, settings: Settings) -> bool:
    """Return True if nothing here or in a backup needs the former key."""
    folders = (settings.sessions_directory, directory / "backups")
    return not any(_keys_in_use(directory)) and not any(any(folder.glob("*")) for folder in folders)


def _keys_in_use(directory: Path) -> Iterator[bytes]:
    """Yield the ids of the keys that sealed the accounts and secrets here."""
    no_seal = Seal([MasterKey.generate()])
    for kept in (Accounts(directory, no_seal), SecretStore(directory, no_seal)):
        yield from kept.keys_in_use()
