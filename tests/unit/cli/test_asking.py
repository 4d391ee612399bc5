"""What a person does not answer is an answer that was not given."""

import io
import sys
from collections.abc import Callable

import pytest

from engine.cli.asking import NothingEnteredError, ask, ask_secret


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("question", [ask, ask_secret])
def test_ctrl_d_at_a_terminal_is_no_answer(
    monkeypatch: pytest.MonkeyPatch, question: Callable[[str], str]
) -> None:
    def end(_prompt: str) -> str:
        raise EOFError

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("builtins.input", end)
    monkeypatch.setattr("getpass.getpass", end)
    with pytest.raises(NothingEnteredError, match="Password"):
        question("Password")
