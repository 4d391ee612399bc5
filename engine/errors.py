"""The one hierarchy of errors a person may meet; each carries a sentence to act on."""


class GavatcoreError(Exception):
    """Base of all our errors; `str()` is one sentence a person can act on."""


class SettingsError(GavatcoreError):
    """A setting is missing or cannot be understood."""


class DataDirectoryError(GavatcoreError):
    """The data directory cannot be used."""


class DataDirectoryInUseError(DataDirectoryError):
    """Another engine holds the data directory."""


class SessionInUseError(GavatcoreError):
    """Another program holds an account's session file."""


class SessionDamagedError(GavatcoreError):
    """A session file did not pass its integrity check."""


class SimulatorError(GavatcoreError):
    """The local Telegram did not start or stopped answering."""
