"""Settings from the environment, the file and the profile."""

import contextlib
from pathlib import Path

import msgspec
import pytest

from engine.errors import SettingsError
from engine.files.small_files import SmallFileError
from engine.settings import LogLevel, Preset, Profile, Secret, Settings, load_settings
from engine.settings.reference import reference
from engine.settings.table import SettingRow, rows
from engine.settings.values import value_of

TOKEN = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in rows():
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
    ("name", "value", "allowed"),
    [
        ("TELEGRAM_SERVER", "no-port", "host:port"),
        ("TELEGRAM_SERVER", "host:99999", "host:port"),
        ("TELEGRAM_SERVER", "host:²", "host:port"),
        ("TELEGRAM_API_ID", "twelve", "a whole number (above 0)"),
        ("MEMORY_THRESHOLD_MB", "-1", "a whole number (above 0)"),
        ("CPU_THRESHOLD_PERCENT", "101", "a whole number (above 0 and at most 100)"),
        ("LLM_WAIT", "nan", "a number (above 0 and at most 30)"),
        ("LLM_FLEET_DAILY_COST", "inf", "a number (at least 0)"),
        ("EMERGENCY_MODE", "perhaps", "yes or no"),
        ("OPTIMIZATION_MODE", "turbo", "one of bamgum, production, development"),
    ],
)
def test_a_bad_setting_is_told_by_its_name_its_value_and_what_is_allowed(
    tmp_path: Path, name: str, value: str, allowed: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path, **{name: value})
    assert str(caught.value) == (f'{name} cannot be used: it is "{value}" and must be {allowed}.')


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REDIS_URL", "hunter2@nowhere"),
        ("REDIS_URL", "redis://:hunter2@host:many/0"),
        ("REDIS_URL", "redis://:hunter2@host:6379/first"),
    ],
)
def test_a_bad_setting_that_is_secret_is_told_without_its_value(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path, **{name: value})
    assert str(caught.value).startswith(f"{name} cannot be used: it must be ")
    assert value not in str(caught.value)


@pytest.mark.parametrize("value", ["a\0b", "\udcff"])
def test_what_is_no_text_is_no_value(tmp_path: Path, value: str) -> None:
    for name in ("PERSONA", "ANNOUNCEMENTS_FILE", "OPENAI_API_KEY"):
        with pytest.raises(SettingsError, match=f"{name} cannot be used"):
            load_settings(tmp_path, **{name: value})


def test_every_bad_setting_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path, LLM_WAIT="long", TELEGRAM_DC="0")
    assert str(caught.value).count("cannot be used") == 2


def test_a_bad_value_is_shown_on_one_short_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path, TELEGRAM_DC="\x1b[2J\n" * 1_000)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("row", rows().values(), ids=rows())
def test_no_value_of_any_setting_ends_in_a_traceback(tmp_path: Path, row: SettingRow) -> None:
    for value in ("\0", "9" * 400, "-" + "9" * 400, "²", "\ud800", "1e999", "{}", "[]", "null"):
        with contextlib.suppress(SettingsError):
            load_settings(tmp_path, **{row.variable: value})


@pytest.mark.parametrize(
    ("text", "value"), [("yes", True), ("On", True), ("1", True), ("NO", False), ("off", False)]
)
def test_yes_and_no_are_understood_in_every_usual_word(
    tmp_path: Path, text: str, value: bool
) -> None:
    assert load_settings(tmp_path, EMERGENCY_MODE=text).emergency_mode is value


def test_words_and_names_are_understood_in_small_letters_and_in_capitals(tmp_path: Path) -> None:
    (tmp_path / "gavatcore.env").write_text(
        "log_level=debug\nOPTIMIZATION_MODE=Production\nannouncement_preset=CONSERVATIVE\n"
    )
    settings = load_settings(tmp_path)
    assert settings.log_level is LogLevel.DEBUG
    assert settings.optimization_mode is Profile.PRODUCTION
    assert settings.announcement_preset is Preset.CONSERVATIVE
    assert settings.remarks == ()


def test_the_file_is_read_as_shells_and_editors_write_it(tmp_path: Path) -> None:
    (tmp_path / "gavatcore.env").write_bytes(
        "\ufeff# a comment\r\n\r\n"
        "export MEMORY_THRESHOLD_MB = 1_300 # MiB\r\n"
        "PERSONA='cafe host'\r\n"
        'QUIET_HOURS="23:30-7"\r\n'
        "REDIS_URL=redis://${NO_SUCH_HOST:-localhost}:6379/0\r\n"
        "PRIME_HOURS=\r\n".encode()
    )
    settings = load_settings(tmp_path)
    assert settings.remarks == ()
    assert settings.memory_threshold_mb == 1300
    assert (settings.persona, settings.quiet_hours, settings.prime_hours) == (
        "cafe host",
        "23:30-7",
        "",
    )
    assert settings.redis_url == Secret("redis://localhost:6379/0")


def test_an_empty_override_hides_what_the_operator_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://of-the-operator")
    assert load_settings(tmp_path, REDIS_URL="").redis_url is None


def test_an_unknown_name_in_the_file_is_told_with_the_nearest_one(tmp_path: Path) -> None:
    (tmp_path / "gavatcore.env").write_text("EMERGENCY_MOD=yes\nXYZZY=1\nGAVATCORE_DATA_DIR=/x\n")
    settings = load_settings(tmp_path)
    file = tmp_path / "gavatcore.env"
    near, unlike, elsewhere = settings.remarks
    assert near == f"EMERGENCY_MOD in {file} is no setting and is ignored. Is EMERGENCY_MODE meant?"
    assert unlike == f"XYZZY in {file} is no setting and is ignored."
    assert elsewhere.startswith(f"GAVATCORE_DATA_DIR has no effect in {file}: ")
    assert not settings.emergency_mode


def test_a_line_that_sets_nothing_is_told_by_its_number_without_its_words(tmp_path: Path) -> None:
    (tmp_path / "gavatcore.env").write_text("PERSONA=x\nBOT_TOKENS hunter2\nPERSONA\n'\n")
    settings = load_settings(tmp_path)
    assert [remark.rpartition(" line ")[2][:2] for remark in settings.remarks] == ["2:", "3:", "4:"]
    assert "hunter2" not in "".join(settings.remarks)


def test_a_name_in_the_environment_is_told_only_if_it_is_almost_one_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("BOT_TOKEN", "GAVATCORE_BOT_TOKEN", "GAVATCORE_PROVIDER_KEY", "OTHER_API_KEY"):
        monkeypatch.setenv(name, "secret-value")
    (remark,) = load_settings(tmp_path).remarks
    assert remark == (
        "BOT_TOKEN in the environment is no setting and is ignored. Is BOT_TOKENS meant?"
    )


def test_a_file_that_is_no_text_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "gavatcore.env").write_bytes(b"PERSONA=\xff\n")
    with pytest.raises(SmallFileError, match=r"gavatcore\.env, line 1: this is not UTF-8 text"):
        load_settings(tmp_path)


def test_the_reference_says_what_the_table_says() -> None:
    page = Path(__file__).parents[2] / "docs" / "settings.md"
    assert page.read_text(encoding="utf-8") == reference(), "run script/settings-reference"


def test_each_setting_has_one_sentence_and_its_default_is_allowed() -> None:
    assert len(rows()) == len(msgspec.structs.fields(Settings)) - 2  # the directory, the remarks
    for row in rows().values():
        assert row.about.sentence.endswith(".")
        if row.default not in {None, ()}:
            assert value_of(row, row.default) == row.default


def test_secrets_do_not_show_when_settings_are_printed(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, BOT_TOKENS=TOKEN, TELEGRAM_API_HASH="0123456789abcdef")
    assert TOKEN not in repr(settings)
    assert "0123456789abcdef" not in repr(settings)
