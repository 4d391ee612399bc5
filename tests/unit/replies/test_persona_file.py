"""A persona's file is checked, and a mistake in it is told so that its writer can mend it."""

from pathlib import Path

import pytest

from engine.replies.personas.persona_file import (
    DEFAULT,
    SHIPPED,
    PersonaError,
    load_persona,
    load_personas,
    unknown_small_talk,
)
from engine.replies.personas.static_replies import load_static_replies

STANCES = """title = "x"
[[stances]]
topic = "a"
words = ["a"]
position = "for"
because = "b"
[[stances]]
topic = "c"
words = ["c"]
position = "pro"
because = "d"
"""


def write(directory: Path, text: str, name: str = "ada") -> Path:
    file = directory / f"{name}.toml"
    file.write_text(text, "utf-8")
    return file


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('title = "x"\n[profile]\nage = 300\n', "line 3: profile.age must be at most 120, not 300"),
        (
            'title = "x"\n[profile]\nname = 3\n',
            "line 3: profile.name must be text in quotes, not 3",
        ),
        ("[profile]\nage = 3\n", "title is missing"),
        ('title = ""\n', "line 1: title must not be empty"),
        ('title = "x"\nlanguage = "de"\n', "line 2: language must be 'tr' or 'en', not 'de'"),
        (
            'title = "x"\n[style]\nemojis = "never"\n',
            "line 3: style.emojis is not a key here; perhaps emoji is meant",
        ),
        ('title = "x"\n[zzz]\n', "line 2: zzz is not a key here; allowed are title, language"),
        ('title = "x"\nasides = "hello"\n', "line 2: asides must be a table, not"),
        (
            'title = "x"\n[asides]\nen = "hello"\n',
            "line 3: asides.en must be a list in square brackets, not 'hello'",
        ),
        (
            STANCES,
            "line 10: stances[2].position must be 'for', 'against' or 'neutral', not 'pro'",
        ),
        (f'title = "{"x" * 301}"\n', "line 1: title must have at most 300 letters"),
        ("title = \n", "is not valid TOML"),
    ],
)
def test_a_mistake_is_told_with_file_line_field_and_what_may_stand_there(
    tmp_path: Path, text: str, told: str
) -> None:
    file = write(tmp_path, text)
    with pytest.raises(PersonaError) as error:
        load_persona(file)
    assert told in str(error.value)
    assert str(file) in str(error.value)


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, 'titel = "x"\n', "one")
    write(tmp_path, 'title = "x"\n[emotion]\nstrength = 2\n', "two")
    with pytest.raises(PersonaError) as error:
        load_personas([tmp_path])
    assert len(str(error.value).splitlines()) == 3


def test_an_operators_persona_takes_the_place_of_a_shipped_one(tmp_path: Path) -> None:
    write(tmp_path, 'title = "mine"\n', "cafe_host")
    write(tmp_path, 'title = "new"\n', "new")
    personas = load_personas([SHIPPED, tmp_path, tmp_path / "absent"])
    assert personas.get("cafe_host").title == "mine"
    assert personas.get("new").title == "new"
    assert personas.get("football_fan").profile.name == "Kerem"


def test_who_names_no_persona_gets_the_default_one_and_who_misnames_it_the_names() -> None:
    personas = load_personas([SHIPPED])
    assert personas.get(None) is personas.get(DEFAULT)
    with pytest.raises(PersonaError, match="cafe_host, football_fan"):
        personas.get("cafe_hots")


def test_what_changes_an_answer_changes_the_fingerprint(tmp_path: Path) -> None:
    one = load_persona(write(tmp_path, 'title = "x"\n'))
    assert one.fingerprint == load_persona(write(tmp_path, 'title = "x"\n')).fingerprint
    other = load_persona(write(tmp_path, 'title = "x"\n[emotion]\nmood = "wild"\n'))
    assert other.fingerprint != one.fingerprint


def test_a_file_that_is_no_text_or_far_too_large_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "binary.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PersonaError, match="line 1: this is not UTF-8"):
        load_persona(file)
    file.write_bytes(b"#" * 300_000)
    with pytest.raises(PersonaError, match="larger than"):
        load_persona(file)


def test_small_talk_of_a_sort_that_is_not_there_is_told_with_the_nearest(tmp_path: Path) -> None:
    kinds = [kind.name for kind in load_static_replies().kind]
    write(tmp_path, f'title = "x"\n[small_talk.{kinds[0]}x]\nen = ["hello"]\n')
    (told,) = unknown_small_talk(load_personas([SHIPPED, tmp_path]), kinds)
    assert told == (
        f"The persona ada: small_talk.{kinds[0]}x is not a key here; perhaps {kinds[0]} is meant."
    )
