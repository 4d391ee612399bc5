"""Every text a person may read is there in each language, whole and compiled."""

import gettext
import io

import pytest
from babel.messages.catalog import Catalog

from script.catalogue import FILES, extract, faults, unsaved, update
from script.compile_catalogue import compiled, read


@pytest.fixture(scope="module")
def found() -> Catalog:
    return extract()


@pytest.mark.parametrize("code", FILES)
def test_every_text_is_translated_with_the_same_placeholders(code: str, found: Catalog) -> None:
    amiss = "\n".join(faults(read(FILES[code]), found))
    assert not amiss, f"Run script/translations, then translate:\n{amiss}"


@pytest.mark.parametrize("code", FILES)
def test_the_compiled_catalogue_is_what_the_translators_wrote(code: str, found: Catalog) -> None:
    amiss = "\n".join(unsaved(read(FILES[code]), found, FILES[code]))
    assert not amiss, f"Run script/translations:\n{amiss}"


@pytest.fixture
def catalogue() -> Catalog:
    """Of two texts, one of them with a plural."""
    catalogue = Catalog(locale="tr", fuzzy=False)
    catalogue.mime_headers = [("Plural-Forms", "nplurals=2; plural=(n != 1);")]
    catalogue.add("&Find {name}", "{name} &bul")
    catalogue.add(("{n} bot", "{n} bots"), ("{n} bot", "{n} bot"))
    return catalogue


def _said(catalogue: Catalog) -> gettext.GNUTranslations:
    return gettext.GNUTranslations(io.BytesIO(compiled(catalogue)))


@pytest.mark.parametrize("forms", [("", ""), ("{n} bot", "")])
def test_a_plural_without_all_its_forms_is_said_in_english_and_not_as_nothing(
    catalogue: Catalog, forms: tuple[str, str]
) -> None:
    catalogue["{n} bot"].string = forms
    said = _said(catalogue)
    assert [said.ngettext("{n} bot", "{n} bots", count) for count in (1, 2)] == [
        "{n} bot",
        "{n} bots",
    ]
    assert said.gettext("&Find {name}") == "{name} &bul"
    assert any("not translated" in line for line in faults(catalogue, catalogue))


@pytest.mark.parametrize(
    ("turkish", "fault"),
    [
        ("{name} &bul", ""),
        ("", "not translated"),
        ("{isim} &bul", "other placeholders"),
        ("&Bul", "other placeholders"),
        ("{name!r} &bul", "other placeholders"),
        ("{name} bul", "a key too many or too few"),
        ("{name} &bul ", "other blanks around it"),
    ],
)
def test_a_fault_in_a_translation_is_named(catalogue: Catalog, turkish: str, fault: str) -> None:
    catalogue["&Find {name}"].string = turkish
    assert [line.partition(":")[0] for line in faults(catalogue, catalogue)] == (
        [fault] if fault else []
    )


def test_new_texts_come_in_without_a_guess_and_old_ones_go(catalogue: Catalog) -> None:
    found = Catalog()
    found.add("&Find {names}")
    update(catalogue, found)
    assert [(one.id, one.string or "") for one in catalogue if one.id] == [("&Find {names}", "")]
