"""Finds providers' keys in the environment or among the sealed secrets."""

from engine.replies.providers.configuration.known import ProviderKind
from engine.replies.providers.configuration.settings import ProviderSettings, default_provider
from engine.secrets.store import SecretStore
from engine.settings import Settings
from engine.settings.secret import Secret
from engine.telemetry.redaction import hide

NEEDS_NO_KEY = "none"
"""Sent to an endpoint without keys, as a model server in one's own network."""


class ProviderKeys:
    """Looks a key up whenever it is needed, so that a new one is found. Blocking."""

    def __init__(self, settings: Settings, secrets: SecretStore) -> None:
        self._given: dict[ProviderKind, Secret | None] = {
            kind: getattr(settings, f"{kind.value}_api_key", None)
            for kind in ProviderKind
            if kind.known is not None
        }
        self._secrets = secrets

    def of(self, provider: ProviderSettings) -> str | None:
        """Return the key sealed under its own name, else its kind's from the environment or sealed.

        Raises SealBrokenError, SmallFileError or OSError.
        """
        if provider.name != provider.kind and (key := self._secrets.get(place(provider.name))):
            return key
        if given := self._given.get(provider.kind):
            hide(given.get_secret_value())
            return given.get_secret_value()
        if provider.kind is ProviderKind.COMPATIBLE:
            return self._secrets.get(place(provider.name)) or NEEDS_NO_KEY
        return self._secrets.get(place(provider.kind))

    def defaults(self) -> tuple[ProviderSettings, ...]:
        """Return the well-known providers for which a key exists."""
        known = map(default_provider, self._given)
        return tuple(provider for provider in known if self.of(provider))


def place(name: str) -> str:
    """Return the name under which the key of the provider `name` is sealed."""
    return f"provider/{name}"
