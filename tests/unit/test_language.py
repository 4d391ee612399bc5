"""The language is the one asked for, and with it how numbers are written."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import language
from engine.language import (
    LANGUAGES,
    _,
    language_of,
    ngettext,
    number,
    text_in,
    use_language,
)


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    use_language("en")


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({}, "en"),
        ({"LANG": "tr_TR.UTF-8"}, "tr"),
        ({"LANG": "tr_TR@euro"}, "tr"),
        ({"LANG": "tr_TR.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LANG": "tr_TR.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "tr:en"}, "tr"),
        ({"LANG": "tr_TR.UTF-8", "LANGUAGE": "en:tr"}, "en"),
        ({"LANG": "tr_TR.UTF-8", "LANGUAGE": "tlh:qya"}, "en"),
        ({"LANGUAGE": "tlh:tr:en"}, "tr"),
        ({"LANGUAGE": "", "LANG": "tr_TR"}, "tr"),
    ],
)
def test_the_first_language_of_ours_that_the_environment_wants_is_spoken(
    environment: dict[str, str], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    use_language()
    assert (language_of(environment), language.language()) == (code, code)


def test_a_language_chosen_by_the_operator_wins_over_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    use_language("tr")
    assert _("Stopped") == "Durdu"


def test_every_language_offered_can_be_spoken() -> None:
    for code in LANGUAGES:
        use_language(code)
        assert language.language() == code


def test_one_and_many_differ_in_turkish_where_the_sentence_does() -> None:
    use_language("tr")
    said = [
        ngettext("The bot answers.", "All {total} bots answer.", count).format(total=count)
        for count in (1, 2)
    ]
    assert said == ["Bot yanıt veriyor.", "2 botun tümü yanıt veriyor."]


def test_numbers_are_grouped_as_the_language_groups_them() -> None:
    assert number(1_234_567.25, 1) == "1,234,567.2"
    use_language("tr")
    assert [number(1_234_567.25, 1), number(12), number(-0.5, 2)] == ["1.234.567,2", "12", "-0,50"]


@pytest.mark.parametrize("damaged", [None, b"", b"\xde\x12\x04\x95", b"no catalogue at all" * 9])
def test_without_a_usable_catalogue_the_texts_are_english(
    damaged: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if damaged is not None:
        file = tmp_path / "tr" / "LC_MESSAGES" / "gavatcore.mo"
        file.parent.mkdir(parents=True)
        file.write_bytes(damaged)
    monkeypatch.setattr(language, "_DIRECTORY", tmp_path)
    language._speaker.cache_clear()
    try:
        use_language("tr")
        assert (language.language(), _("Stopped")) == ("en", "Stopped")
        assert text_in("tr", "Stopped") == "Stopped"
    finally:
        language._speaker.cache_clear()
