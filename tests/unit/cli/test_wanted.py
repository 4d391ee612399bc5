"""What a run was asked for arrives in the other half of its process as it was meant."""

from pathlib import Path

import msgspec
import pytest

from engine.cli.wanted import Headless
from engine.settings import LogLevel, Profile


@pytest.mark.parametrize(
    "wanted",
    [
        Headless(),
        Headless(Path("/var/bots ü"), 20, 1.5, Path("report.json"), {"LOG_LEVEL": "DEBUG"}),
    ],
    ids=["nothing", "all"],
)
def test_it_comes_back_as_it_was(wanted: Headless) -> None:
    assert Headless.of(wanted.text()) == wanted


def test_choices_arrive_as_their_words() -> None:
    wanted = Headless(overrides={"OPTIMIZATION_MODE": Profile.BAMGUM, "LOG_LEVEL": LogLevel.ERROR})
    assert Headless.of(wanted.text()).overrides == {
        "OPTIMIZATION_MODE": Profile.BAMGUM.value,
        "LOG_LEVEL": LogLevel.ERROR.value,
    }


@pytest.mark.parametrize("text", ["", "{", "[]", '{"demo_bots": "many"}'])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(msgspec.MsgspecError):
        Headless.of(text)
