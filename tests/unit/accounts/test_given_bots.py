"""Each token of BOT_TOKENS is one bot, and none keeps the others from running."""

from pathlib import Path

from engine.accounts.given_bots import given_bots
from engine.settings import load_settings

TOKEN = "123456789:ABCdefGHIjklMNOpqrSTUvwxYZ0123456789"
OTHER = TOKEN.replace("123456789:", "987654321:")


def test_a_token_that_is_none_is_a_bot_that_says_so_without_it(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, BOT_TOKENS=f"{TOKEN} nonsense-that-may-be-secret {OTHER}")
    first, broken, last = given_bots(settings)
    assert (first.name, last.name) == ("123456789", "987654321")
    assert (broken.name, broken.number, broken.token) == ("token-2", None, "")
    assert (broken.problem or "").startswith("Token 2 of BOT_TOKENS is none")
    assert "nonsense" not in repr(broken)


def test_a_bot_that_is_named_twice_is_one_bot(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, BOT_TOKENS=f"{TOKEN} {OTHER} {TOKEN}")
    assert [bot.number for bot in given_bots(settings)] == [123456789, 987654321]


def test_a_number_that_is_no_bots_keeps_no_other_from_running(tmp_path: Path) -> None:
    endless = "9" * 5_000 + ":" + "x" * 30
    settings = load_settings(tmp_path, BOT_TOKENS=f"{endless} {TOKEN}")
    assert [bot.number for bot in given_bots(settings)] == [None, 123456789]
