"""Settings from the environment and from `gavatcore.env` in the data directory.

The environment wins over the file, and both over the profile chosen by OPTIMIZATION_MODE.
"""

import enum
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from engine.errors import SettingsError

FILE_NAME = "gavatcore.env"


class Profile(enum.StrEnum):
    """How much of the machine the engine may take."""

    BAMGUM = "bamgum"
    PRODUCTION = "production"
    DEVELOPMENT = "development"


_PROFILES: dict[Profile, dict[str, Any]] = {
    Profile.BAMGUM: {"memory_threshold_mb": 1024, "cpu_threshold_percent": 80},
    Profile.PRODUCTION: {"memory_threshold_mb": 2048, "cpu_threshold_percent": 85},
    Profile.DEVELOPMENT: {
        "memory_threshold_mb": 512,
        "cpu_threshold_percent": 90,
        "log_level": "DEBUG",
    },
}


class LogLevel(enum.StrEnum):
    """How much is logged."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class Settings(BaseSettings):
    """All settings; a field's name in capitals is the variable that sets it."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    data_directory: Path = Field(alias="GAVATCORE_DATA_DIR")

    telegram_api_id: int | None = Field(None, gt=0)
    telegram_api_hash: SecretStr | None = None
    bot_tokens: Annotated[tuple[SecretStr, ...], NoDecode] = ()

    token_encryption_key: SecretStr | None = None  # the master key, in base64
    os_keyring: bool = True  # whether the master key may be kept in the system's keyring

    telegram_server: str | None = None  # host:port; None is Telegram itself
    telegram_server_key: Path | None = None  # the server's public RSA key, PEM
    telegram_dc: int = Field(2, ge=1, le=1_000)

    database_url: SecretStr | None = None  # None: a SQLite file in the data directory

    # Answers the operator allows; 0: no limit but Telegram's, which always hold.
    bot_hourly_maximum: int = Field(0, ge=0)
    chat_hourly_maximum: int = Field(0, ge=0)  # of one bot in one chat
    user_hourly_maximum: int = Field(0, ge=0)  # to one person, of all bots
    messages_per_minute: int = Field(0, ge=0)  # of all bots

    optimization_mode: Profile = Profile.BAMGUM
    memory_threshold_mb: int = Field(1024, gt=0)
    cpu_threshold_percent: int = Field(80, gt=0, le=100)
    emergency_mode: bool = False
    log_level: LogLevel = LogLevel.INFO

    @field_validator("bot_tokens", mode="before")
    @classmethod
    def _split_tokens(cls, value: object) -> object:
        """Several tokens are separated by commas or blanks."""
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("bot_tokens")
    @classmethod
    def _check_tokens(cls, tokens: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for token in tokens:
            number, colon, secret = token.get_secret_value().partition(":")
            if not (number.isdigit() and colon and len(secret) >= 20):
                raise ValueError("a token looks like 123456789:AbCd… as @BotFather gave it")
        if len({token.get_secret_value().partition(":")[0] for token in tokens}) != len(tokens):
            raise ValueError("the same bot is named twice")
        return tokens

    @field_validator("telegram_server")
    @classmethod
    def _check_server(cls, value: str | None) -> str | None:
        if value is not None:
            host, _, port = value.rpartition(":")
            if not (host and port.isdigit() and 0 < int(port) < 65536):
                raise ValueError("it must be host:port")
        return value

    @property
    def sessions_directory(self) -> Path:
        return self.data_directory / "sessions"


def load_settings(data_directory: Path, **overrides: object) -> Settings:
    """Read the settings of `data_directory`; `overrides` (by variable name) win over all.

    Raises SettingsError with one sentence for each setting that cannot be understood.
    """
    file = data_directory / FILE_NAME
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        chosen = _read(data_directory, file, given)
        profile = _PROFILES[chosen.optimization_mode]
        unset = {
            name.upper(): value
            for name, value in profile.items()
            if name not in chosen.model_fields_set
        }
        return _read(data_directory, file, {**unset, **given}) if unset else chosen
    except ValidationError as error:
        raise SettingsError(_in_words(error)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} cannot be read: {error}.") from error


def _read(data_directory: Path, file: Path, given: dict[str, object]) -> Settings:
    values = {name.lower(): value for name, value in given.items()}
    return Settings(_env_file=file, GAVATCORE_DATA_DIR=data_directory, **values)  # type: ignore[call-arg, arg-type]  # pydantic-settings builds its signature at run time


def _in_words(error: ValidationError) -> str:
    """One sentence a setting, without the value: it may be a secret."""
    sentences = []
    for problem in error.errors(include_input=False, include_url=False):
        name = str(problem["loc"][0]).upper() if problem["loc"] else "settings"
        message = problem["msg"].removeprefix("Value error, ")
        sentences.append(f"{name} cannot be used: {message[0].lower()}{message[1:]}.")
    return " ".join(sentences)
