"""Whatever lies in the place of a small file, stands in a variable or is typed: a sentence, if not
an answer, and never a traceback or a wait without end. `script/bench fuzz` tries 10,000 times.
"""

from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.faults.fuzz import Fuzz, Verdict
from tests.faults.fuzz_subjects import make_sound


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("fuzz") / "sound"
    make_sound(directory)
    return directory


@pytest.fixture
def fuzz(sound: Path, tmp_path: Path) -> Fuzz:
    return Fuzz(sound, tmp_path / "scratch", seed=7)


def _faults(verdicts: Iterable[Verdict], least_refused: int) -> list[str]:
    """What was wrong; some tries must have been refused, or nothing was tried."""
    found = list(verdicts)
    assert sum(one.refused for one in found) >= least_refused
    return [f"{one.what}: {one.fault}" for one in found if one.fault is not None]


def test_a_damaged_small_file_is_one_sentence(fuzz: Fuzz) -> None:
    assert _faults(fuzz.files(share=0.4), least_refused=60) == []


def test_a_damaged_file_of_settings_is_one_sentence(fuzz: Fuzz) -> None:
    assert _faults(fuzz.environment_file(), least_refused=5) == []


def test_odd_values_of_variables_are_one_sentence(fuzz: Fuzz) -> None:
    assert _faults(fuzz.environment(80), least_refused=30) == []


def test_odd_arguments_are_one_sentence(fuzz: Fuzz) -> None:
    assert _faults(fuzz.arguments(100), least_refused=40) == []


def test_an_engine_starts_over_a_damaged_file_or_says_why_not(fuzz: Fuzz) -> None:
    assert _faults(fuzz.processes(4), least_refused=1) == []
