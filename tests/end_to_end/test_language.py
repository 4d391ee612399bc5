"""The product speaks the language of the environment, or the one chosen in its window."""

import os
import subprocess
import sys
from pathlib import Path

ENGLISH = "State: Normal. Nothing needs you."
TURKISH = "Durum: Normal. Yapmanız gereken bir şey yok."


def said(*arguments: str, **environment: str) -> list[str]:
    """The lines a program of ours prints, without Telegram's and any display's help."""
    ended = subprocess.run(
        (sys.executable, "-m", *arguments),
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"} | environment,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    return ended.stdout.splitlines()


def test_a_language_chosen_in_the_window_is_spoken_at_once_and_at_the_next_start(
    tmp_path: Path,
) -> None:
    desktop = ("tests.end_to_end.multilingual_desktop", f"--data-dir={tmp_path}")
    assert said(*desktop, CHOOSE="tr") == [ENGLISH, TURKISH]
    assert said(*desktop) == [TURKISH]


def test_commands_speak_the_language_of_the_terminal(tmp_path: Path) -> None:
    command = ("desktop", "accounts", "list", f"--data-dir={tmp_path}")
    keyless = {"OS_KEYRING": "0"}
    assert said(*command, **keyless)[0] == "No accounts yet: gavatcore accounts add NAME"
    assert said(*command, **keyless, LANGUAGE="tr_TR:en")[0] == (
        "Henüz hesap yok: gavatcore accounts add AD"
    )
