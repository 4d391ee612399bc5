"""Settings from the environment, the file and the profile."""

from pathlib import Path

import pytest

from engine.errors import SettingsError
from engine.settings import LogLevel, Profile, load_settings

TOKEN = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BOT_TOKENS", "TELEGRAM_API_ID", "MEMORY_THRESHOLD_MB", "OPTIMIZATION_MODE"):
        monkeypatch.delenv(name, raising=False)


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gavatcore.env").write_text("MEMORY_THRESHOLD_MB=300\nCPU_THRESHOLD_PERCENT=55\n")
    monkeypatch.setenv("MEMORY_THRESHOLD_MB", "400")
    settings = load_settings(tmp_path)
    assert (settings.memory_threshold_mb, settings.cpu_threshold_percent) == (400, 55)


def test_a_profile_gives_what_nobody_set(tmp_path: Path) -> None:
    (tmp_path / "gavatcore.env").write_text("MEMORY_THRESHOLD_MB=300\n")
    settings = load_settings(tmp_path, OPTIMIZATION_MODE=Profile.DEVELOPMENT)
    assert settings.memory_threshold_mb == 300
    assert settings.log_level is LogLevel.DEBUG


def test_tokens_may_be_separated_by_commas_and_blanks(tmp_path: Path) -> None:
    other = TOKEN.replace("123456789", "987654321")
    settings = load_settings(tmp_path, BOT_TOKENS=f"{TOKEN}, {other}")
    assert [token.get_secret_value() for token in settings.bot_tokens] == [TOKEN, other]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_SERVER", "no-port"),
        ("TELEGRAM_SERVER", "host:99999"),
        ("TELEGRAM_API_ID", "twelve"),
        ("MEMORY_THRESHOLD_MB", "-1"),
        ("OPTIMIZATION_MODE", "turbo"),
    ],
)
def test_a_bad_setting_is_named_in_a_sentence_without_its_value(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path, **{name: value})
    assert str(caught.value).startswith(f"{name} cannot be used: ")
    assert value not in str(caught.value)


def test_secrets_do_not_show_when_settings_are_printed(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, BOT_TOKENS=TOKEN, TELEGRAM_API_HASH="0123456789abcdef")
    assert TOKEN not in repr(settings)
    assert "0123456789abcdef" not in repr(settings)
