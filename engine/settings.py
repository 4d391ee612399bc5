"""Settings from the environment and from `gavatcore.env` in the data directory.

The environment wins over the file, and both over the profile chosen by OPTIMIZATION_MODE.
"""

import enum
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from engine.errors import SettingsError
from engine.language import _

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


class Preset(enum.StrEnum):
    """How often bots make announcements where they were asked to."""

    NORMAL = "normal"  # every 300 to 600 s
    CONSERVATIVE = "conservative"  # every 600 to 1200 s


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

    redis_url: SecretStr | None = None  # a level of the caches; redis+cluster:// for a cluster
    cache_memory_mb: int = Field(64, gt=0)  # of all caches together
    cache_disk_mb: int = Field(256, ge=0)  # 0: nothing is cached on disk
    enable_predictive_caching: bool = True  # load ahead where that costs nothing and pays

    # Answers the operator allows; 0: no limit but Telegram's, which always hold.
    bot_hourly_maximum: int = Field(0, ge=0)
    chat_hourly_maximum: int = Field(0, ge=0)  # of one bot in one chat
    user_hourly_maximum: int = Field(0, ge=0)  # to one person, of all bots
    messages_per_minute: int = Field(0, ge=0)  # of all bots
    prime_hours: str = ""  # e.g. 18-23
    quiet_hours: str = ""  # e.g. 23:30-7; in them nobody is answered
    timezone: str = ""  # of both, e.g. Europe/Istanbul; the system's if empty
    scale_factor: float = Field(1.0, gt=0, le=100)  # of the hourly limits in prime hours

    # Remarks that a bot makes of its own accord, an hour, in groups that asked for talk.
    talk_hourly_minimum: int = Field(2, ge=0)
    talk_hourly_maximum: int = Field(6, ge=1)

    # Language models; other providers are in providers.toml.
    openai_api_key: SecretStr | None = None
    groq_api_key: SecretStr | None = None
    gemini_api_key: SecretStr | None = None
    disable_ai_models: bool = False
    llm_wait: float = Field(30.0, gt=0, le=30)  # s; of one person, all tries included
    llm_calls_at_once: int = Field(32, gt=0)
    llm_calls_waiting: int = Field(200, ge=0)

    # What language models may take a day (UTC), cost in US dollars; 0: no limit.
    llm_fleet_daily_tokens: int = Field(0, ge=0)
    llm_fleet_daily_cost: float = Field(5.0, ge=0)
    llm_provider_daily_tokens: int = Field(0, ge=0)  # of each
    llm_provider_daily_cost: float = Field(0.0, ge=0)
    llm_bot_daily_tokens: int = Field(0, ge=0)
    llm_bot_daily_cost: float = Field(0.0, ge=0)
    llm_chat_daily_tokens: int = Field(0, ge=0)
    llm_chat_daily_cost: float = Field(0.0, ge=0)
    llm_person_daily_tokens: int = Field(100_000, ge=0)
    llm_person_daily_cost: float = Field(0.0, ge=0)

    announcement_preset: Preset = Preset.NORMAL
    persona: str | None = None  # of bots that were given none; None: the one shipped for that
    announcements_file: Path | None = None  # texts by account, in TOML
    retention_days: int = Field(90, ge=1)  # how long messages are kept

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

    @field_validator("database_url", "redis_url", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        """So that whoever starts an engine can leave the operator's out."""
        return None if value == "" else value

    @field_validator("redis_url")
    @classmethod
    def _check_redis(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None:
            scheme, separator, server = url.get_secret_value().partition("://")
            known = scheme.removesuffix("+cluster") in {"redis", "rediss"} or scheme == "unix"
            if not (known and separator and server):
                raise ValueError(_("it looks like redis://:password@host:6379/0"))
        return url

    @field_validator("telegram_server")
    @classmethod
    def _check_server(cls, value: str | None) -> str | None:
        if value is not None:
            host, _colon, port = value.rpartition(":")
            if not (host and port.isdigit() and 0 < int(port) < 65536):
                raise ValueError(_("it must be host:port"))
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
        raise SettingsError(
            _("{file} cannot be read: {error}.").format(file=file, error=error)
        ) from error


def _read(data_directory: Path, file: Path, given: dict[str, object]) -> Settings:
    values = {name.lower(): value for name, value in given.items()}
    return Settings(_env_file=file, GAVATCORE_DATA_DIR=data_directory, **values)  # type: ignore[call-arg, arg-type]  # pydantic-settings builds its signature at run time


def _in_words(error: ValidationError) -> str:
    """One sentence a setting, without the value: it may be a secret."""
    sentences = []
    for problem in error.errors(include_input=False, include_url=False):
        name = str(problem["loc"][0]).upper() if problem["loc"] else "settings"
        message = problem["msg"].removeprefix("Value error, ")
        message = f"{message[0].lower()}{message[1:]}"
        sentences.append(_("{name} cannot be used: {message}.").format(name=name, message=message))
    return " ".join(sentences)
