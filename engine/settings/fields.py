"""Defines all settings in one table: name, type, default, bounds, purpose.

A field's name in capitals is the variable that sets it. Help, errors, the reference and the reader
are made from this table; nothing else lists settings. A field of type Secret is never shown.
"""

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from engine.language import spoken
from engine.settings.about import About, Amount, Natural, Positive
from engine.settings.checks import is_address, is_redis_url
from engine.settings.choices import LogLevel, Preset, Profile
from engine.settings.secret import Secret


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """One engine's settings. Fields without About are set by the caller, not by a variable."""

    data_directory: Path
    remarks: tuple[str, ...] = ()  # a sentence for each given value that has no effect

    telegram_api_id: Annotated[
        Positive | None,
        About(
            spoken("The number of your application at my.telegram.org."),
            section=spoken("Telegram"),
        ),
    ] = None
    telegram_api_hash: Annotated[
        Secret | None, About(spoken("The hash of your application at my.telegram.org."))
    ] = None
    bot_tokens: Annotated[
        tuple[Secret, ...],
        About(
            # An invalid token is its own bot's fault (`accounts/given_bots`).
            spoken("Tokens of more bots, unnamed, separated by blanks or commas."),
        ),
    ] = ()
    telegram_server: Annotated[
        str | None,
        About(
            spoken("Another MTProto server instead of Telegram itself."),
            allowed=spoken("host:port"),
            check=is_address,
        ),
    ] = None
    telegram_server_key: Annotated[
        Path | None, About(spoken("The file with the public RSA key (PEM) of that server."))
    ] = None
    telegram_dc: Annotated[
        int, Meta(ge=1, le=1_000), About(spoken("The data centre of that server."))
    ] = 2

    token_encryption_key: Annotated[
        Secret | None,
        About(
            spoken("The master key in base64, which seals all other secrets."),
            section=spoken("Secrets and storage"),
        ),
    ] = None
    os_keyring: Annotated[
        bool, About(spoken("Whether the system's keyring may keep the master key."))
    ] = True
    database_url: Annotated[
        Secret | None,
        About(spoken("postgresql://… instead of the SQLite file in the data directory.")),
    ] = None
    retention_days: Annotated[
        int, Meta(ge=1), About(spoken("How many days messages are kept."))
    ] = 90

    redis_url: Annotated[
        Secret | None,
        About(
            spoken("A Redis between memory and disk; redis+cluster://… for a cluster."),
            section=spoken("Caches"),
            allowed=spoken("a URL like redis://:password@host:6379/0"),
            check=is_redis_url,
        ),
    ] = None
    cache_memory_mb: Annotated[
        Positive, About(spoken("MiB of memory that all caches together may take."))
    ] = 64
    cache_disk_mb: Annotated[
        Natural, About(spoken("MiB of disk that all caches together may take; 0: none."))
    ] = 256
    enable_predictive_caching: Annotated[
        bool, About(spoken("Load ahead what will be asked for soon, where it costs nothing."))
    ] = True

    bot_hourly_maximum: Annotated[
        Natural,
        About(
            spoken("Answers of one bot in an hour; 0: as many as Telegram lets it."),
            section=spoken("Limits"),
        ),
    ] = 0
    chat_hourly_maximum: Annotated[
        Natural, About(spoken("Answers of one bot in one chat in an hour; 0: no limit."))
    ] = 0
    user_hourly_maximum: Annotated[
        Natural, About(spoken("Answers of all bots to one person in an hour; 0: no limit."))
    ] = 0
    messages_per_minute: Annotated[
        Natural, About(spoken("Answers of all bots together in a minute; 0: no limit."))
    ] = 0
    prime_hours: Annotated[
        str, About(spoken("Hours as in 18-23 in which the hourly limits grow by SCALE_FACTOR."))
    ] = ""
    quiet_hours: Annotated[
        str, About(spoken("Hours as in 23:30-7 in which nobody is answered."))
    ] = ""
    timezone: Annotated[
        str, About(spoken("The time zone of both, as in Europe/Istanbul; else the system's."))
    ] = ""
    scale_factor: Annotated[
        float,
        Meta(gt=0, le=100),
        About(spoken("By how much the hourly limits grow in prime hours.")),
    ] = 1.0

    talk_hourly_minimum: Annotated[
        Natural,
        About(
            spoken("Remarks that a bot tries to make in an hour in groups that asked for talk."),
            section=spoken("Talk and announcements"),
        ),
    ] = 2
    talk_hourly_maximum: Annotated[
        int, Meta(ge=1), About(spoken("Remarks that a bot makes in an hour at the most."))
    ] = 6
    persona: Annotated[str | None, About(spoken("The persona of bots that were given none."))] = (
        None
    )
    announcement_preset: Annotated[
        Preset,
        About(spoken("How often bots announce: normal every 300–600 s, conservative 600–1200 s.")),
    ] = Preset.NORMAL
    announcements_file: Annotated[
        Path | None, About(spoken("The TOML file with your own announcements by account."))
    ] = None

    openai_api_key: Annotated[
        Secret | None,
        About(
            spoken("The key of OpenAI, instead of gavatcore providers add."),
            section=spoken("Language models"),
        ),
    ] = None
    groq_api_key: Annotated[
        Secret | None, About(spoken("The key of Groq, instead of gavatcore providers add."))
    ] = None
    gemini_api_key: Annotated[
        Secret | None, About(spoken("The key of Gemini, instead of gavatcore providers add."))
    ] = None
    recall_by_meaning: Annotated[
        bool,
        About(
            spoken(
                "With the extra `memory`, find memories by meaning (55 MB more); else by their "
                "words."
            )
        ),
    ] = True
    disable_ai_models: Annotated[
        bool, About(spoken("No call to a language model leaves, by any path."))
    ] = False
    llm_wait: Annotated[
        float,
        Meta(gt=0, le=30),
        About(spoken("Seconds a person waits for a model at most, all tries included.")),
    ] = 30.0
    llm_calls_at_once: Annotated[
        Positive, About(spoken("Calls to language models under way at the same time."))
    ] = 32
    llm_calls_waiting: Annotated[
        Natural, About(spoken("Calls to language models that may wait for their turn."))
    ] = 200
    llm_fleet_daily_tokens: Annotated[
        Natural, About(spoken("Tokens of all bots in a day (UTC); 0: no limit."))
    ] = 0
    llm_fleet_daily_cost: Annotated[
        Amount, About(spoken("US dollars of all bots in a day (UTC); 0: no limit."))
    ] = 5.0
    llm_provider_daily_tokens: Annotated[
        Natural, About(spoken("Tokens of each provider in a day (UTC); 0: no limit."))
    ] = 0
    llm_provider_daily_cost: Annotated[
        Amount, About(spoken("US dollars of each provider in a day (UTC); 0: no limit."))
    ] = 0.0
    llm_bot_daily_tokens: Annotated[
        Natural, About(spoken("Tokens of each bot in a day (UTC); 0: no limit."))
    ] = 0
    llm_bot_daily_cost: Annotated[
        Amount, About(spoken("US dollars of each bot in a day (UTC); 0: no limit."))
    ] = 0.0
    llm_chat_daily_tokens: Annotated[
        Natural, About(spoken("Tokens of each chat in a day (UTC); 0: no limit."))
    ] = 0
    llm_chat_daily_cost: Annotated[
        Amount, About(spoken("US dollars of each chat in a day (UTC); 0: no limit."))
    ] = 0.0
    llm_person_daily_tokens: Annotated[
        Natural, About(spoken("Tokens of each person in a day (UTC); 0: no limit."))
    ] = 100_000
    llm_person_daily_cost: Annotated[
        Amount, About(spoken("US dollars of each person in a day (UTC); 0: no limit."))
    ] = 0.0

    optimization_mode: Annotated[
        Profile,
        About(
            spoken("How much of the machine to take; also run --config."),
            section=spoken("The engine"),
        ),
    ] = Profile.BAMGUM
    memory_threshold_mb: Annotated[
        Positive, About(spoken("MiB of memory above which an alert is raised."))
    ] = 1024
    cpu_threshold_percent: Annotated[
        int,
        Meta(gt=0, le=100),
        About(spoken("Percent of the CPU above which an alert is raised.")),
    ] = 80
    emergency_mode: Annotated[bool, About(spoken("Start in emergency mode."))] = False
    log_level: Annotated[LogLevel, About(spoken("How much is logged; also run --log-level."))] = (
        LogLevel.INFO
    )

    @property
    def sessions_directory(self) -> Path:
        """The directory of the session files."""
        return self.data_directory / "sessions"
