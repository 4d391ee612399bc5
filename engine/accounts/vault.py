"""All that a data directory keeps sealed, opened with its master key."""

from dataclasses import dataclass
from pathlib import Path

from engine.accounts.accounts import Accounts
from engine.secrets.find import find_keys
from engine.secrets.key_record import KeyPlace
from engine.secrets.seal import Seal
from engine.secrets.store import SecretStore
from engine.settings import Settings
from engine.telemetry.redaction import hide

_API_ID, _API_HASH = "telegram_api_id", "telegram_api_hash"


@dataclass(frozen=True, slots=True)
class ApiCredentials:
    """What Telegram gives a program to tell it apart, from my.telegram.org."""

    api_id: int
    api_hash: str

    def __repr__(self) -> str:
        return f"ApiCredentials({self.api_id})"


@dataclass(frozen=True, slots=True)
class Vault:
    """The seal, and what is sealed with it beside the session files."""

    seal: Seal
    accounts: Accounts
    secrets: SecretStore
    place: KeyPlace  # of the master key
    note: str | None = None  # a sentence on where a new key went

    def api(self, settings: Settings) -> ApiCredentials | None:
        """The api_id and api_hash of the settings, or those kept here; None without either."""
        if settings.telegram_api_id is not None and settings.telegram_api_hash is not None:
            api_hash = settings.telegram_api_hash.get_secret_value()
            hide(api_hash)
            return ApiCredentials(settings.telegram_api_id, api_hash)
        kept_id, kept_hash = self.secrets.get(_API_ID), self.secrets.get(_API_HASH)
        if kept_id is None or kept_hash is None:
            return None
        return ApiCredentials(int(kept_id), kept_hash)

    def keep_api(self, api: ApiCredentials) -> None:
        """Keep the credentials sealed; those of the settings still win. Raises OSError."""
        self.secrets.set(_API_ID, str(api.api_id))
        self.secrets.set(_API_HASH, api.api_hash)


def open_vault(directory: Path, settings: Settings) -> Vault:
    """Find or make the master key of `directory` and open what it seals.

    Blocking, up to a minute while a person unlocks the keyring; raises MasterKeyError or OSError.
    """
    given = settings.token_encryption_key
    found = find_keys(
        directory, given.get_secret_value() if given else None, keyring=settings.os_keyring
    )
    seal = Seal(found.keys)
    return Vault(
        seal,
        Accounts(directory, seal),
        SecretStore(directory, seal),
        found.place,
        found.note,
    )
