"""What the documents name is there: files of the checkout, and what their links lead to."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[3]
_DOCUMENTS = sorted([*_ROOT.glob("*.md"), *(_ROOT / "docs").rglob("*.md")])
_PATH = re.compile(r"`([a-z_]+(?:/[a-z_0-9.]+)+/?)`")
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")
_OF_THE_DATA_DIRECTORY = {"logs/gavatcore.log"}


def _absent(document: Path) -> Iterator[str]:
    text = document.read_text(encoding="utf-8")
    for name in set(_PATH.findall(text)) - _OF_THE_DATA_DIRECTORY:
        places = [_ROOT / name, _ROOT / f"{name}.py", _ROOT / "engine" / name]
        if not any(place.exists() for place in [*places, _ROOT / "engine" / f"{name}.py"]):
            yield name
    for link in _LINK.findall(text):
        if not (document.parent / link).exists():
            yield link


@pytest.mark.parametrize("document", _DOCUMENTS, ids=lambda file: file.name)
def test_every_file_that_a_document_names_is_there(document: Path) -> None:
    assert not list(_absent(document)), "renamed or gone: say what is there now"
