"""What people told and asked later, with which recall was tuned."""

import tomllib
from pathlib import Path
from typing import Any

_FIXTURES = Path(__file__).parents[1] / "fixtures" / "recall"


def tuning_questions(language: str) -> list[dict[str, Any]]:
    """One person each: `memories` and `question`s, each of which `expects` some of them."""
    return [
        tomllib.loads((_FIXTURES / f"{name}.toml").read_text("utf-8"))
        for name in (language, f"tuning_{language}")
    ]
