"""The judge knows the scripted sentences apart, or its figures would mean nothing."""

import tomllib
from pathlib import Path

from tests.support.judge import persona_judge

TEMPTATIONS = tomllib.loads(
    (Path(persona_judge.__file__).parent / "temptations.toml").read_text("utf-8")
)


def test_the_judge_agrees_with_those_who_wrote_the_sentences() -> None:
    wrong = [
        (text, said)
        for character, languages in TEMPTATIONS.items()
        for kinds in languages.values()
        for said, texts in kinds.items()
        for text in texts
        if persona_judge.contradicts(character, text) is (said == "true")
    ]
    total = sum(
        len(texts) for ls in TEMPTATIONS.values() for k in ls.values() for texts in k.values()
    )
    assert len(wrong) <= 0.03 * total, wrong
