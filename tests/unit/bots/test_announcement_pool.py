"""An operator's announcements are checked before a group hears them."""

from pathlib import Path

import pytest

import resources
from engine.bots.unasked.announcement_pool import AnnouncementPool
from engine.errors import SettingsError

SHIPPED = Path(resources.__file__).parent / "profiles" / "announcements.toml"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[ada]\nen = "Duyuru!"', "line 2: ada.en must be a list in square brackets"),
        ('[ada]\nen = ["a", 3]', "line 2: ada.en[2] must be text in quotes, not 3"),
        ('[ada]\nen = ["a", "  "]', "line 2: ada.en[2] must not be empty"),
        (f'[ada]\nen = ["{"x" * 4_097}"]', "line 2: ada.en[1] must have at most 4096 letters"),
        ("[ada]\nen = []", "line 1: ada has no text"),
        ("[ada]", "line 1: ada has no text"),
        ('ada = ["a"]', "line 1: ada must be a table, not a list"),
        ('[ada]\nenglish = ["a"]', "line 2: ada.english has a character that may not stand"),
        ("[ada", "line 1: this is not valid TOML"),
    ],
)
def test_a_file_of_the_wrong_shape_is_refused_with_its_line(
    tmp_path: Path, text: str, told: str
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(SettingsError) as error:
        AnnouncementPool.load(SHIPPED, file)
    assert f"{file}, {told}" in str(error.value)


def test_a_file_that_is_not_there_is_named_with_its_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"no file .*gone\.toml: ANNOUNCEMENTS_FILE"):
        AnnouncementPool.load(SHIPPED, tmp_path / "gone.toml")


def test_tables_that_no_bot_speaks_are_named(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[suport]\nen = ["a"]\n[ada]\nen = ["b"]\n[fallback]\nen = ["c"]')
    pool = AnnouncementPool.load(SHIPPED, file, {"gone": {"en": ("d",)}})
    assert pool.for_nobody(["support", "ada"]) == ("suport",)
    assert pool.choose("ada", "en", "Ada", None) == "b"
