"""Secrets are not written down."""

import subprocess
import sys
from pathlib import Path

from engine.telemetry.redaction import hide, redact

TOKEN = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"


def test_a_token_is_recognised_by_its_form_and_keeps_its_number() -> None:
    assert redact(f"login with {TOKEN} failed") == "login with 123456789:[hidden] failed"


def test_what_was_hidden_is_hidden_everywhere() -> None:
    hide("0123456789abcdef0123456789abcdef")
    assert redact("hash=0123456789abcdef0123456789abcdef.") == "hash=[hidden]."


def test_a_secret_with_a_colon_is_hidden_wherever_it_stands() -> None:
    hide("user:with a password")
    assert redact("postgres://user:with a password@db") == "postgres://[hidden]@db"


def test_a_short_text_is_not_hidden_for_it_would_take_half_the_log() -> None:
    hide("bot")
    assert redact("the bot is online") == "the bot is online"


def test_no_secret_reaches_the_log_even_in_a_traceback(tmp_path: Path) -> None:
    program = f"""
import logging
from pathlib import Path
from engine.errors import SettingsError
from engine.telemetry.logs import start_logging
start_logging(Path({str(tmp_path)!r}), "DEBUG", terminal=True)
log = logging.getLogger("test")
log.info("logging in with %s", {TOKEN!r})
try:
    raise SettingsError({TOKEN!r})
except SettingsError:
    log.exception("failed")
"""
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    written = (tmp_path / "gavatcore.log").read_text()
    for text in (written, run.stdout, run.stderr):
        assert TOKEN not in text
    assert "SettingsError: 123456789:[hidden]" in written
    assert run.stdout.splitlines() == [line for line in written.splitlines() if " test: " in line]
    assert "Traceback" in written  # the file has it, the terminal does not
