"""10,000 tries over small files, environment, arguments and starts: how many end in a traceback."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.faults.fuzz import Fuzz, Verdict
from tests.faults.fuzz_subjects import make_sound
from tests.performance.table import Table

NAME = "fuzz"

_ROUNDS = 10  # of every damage to every file
_VARIABLES = 2_100
_ARGUMENTS = 2_000
_ENGINES = 100
_TOLD = 30  # faults that are written out


def run() -> Table:
    with tempfile.TemporaryDirectory(prefix="gavatcore-fuzz-") as folder:
        sound = Path(folder) / "sound"
        make_sound(sound)
        fuzz = Fuzz(sound, Path(folder) / "a" / "b" / "scratch", seed=1)
        parts = {
            "small files": fuzz.files(_ROUNDS),
            "gavatcore.env": fuzz.environment_file(_ROUNDS),
            "variables": fuzz.environment(_VARIABLES),
            "arguments": fuzz.arguments(_ARGUMENTS),
            "starts of an engine": fuzz.processes(_ENGINES),
        }
        rows = tuple(_row(name, verdicts) for name, verdicts in parts.items())
    return Table(
        "What is damaged, odd or mistyped",
        ("over", "tries", "refused with a sentence", "tracebacks", "hangs", "otherwise wrong"),
        rows,
        "Every try is a process's worth of work on a data directory of its own; seed 1.",
    )


def _row(name: str, verdicts: Iterable[Verdict]) -> tuple[str, ...]:
    found = list(verdicts)
    faults = [one for one in found if one.fault is not None]
    for one in faults[:_TOLD]:
        print(f"{one.what[:120]}: {one.fault}")
    texts = [one.fault or "" for one in faults]
    tracebacks = sum("traceback" in text.lower() for text in texts)
    hangs = sum(text.startswith("hung") for text in texts)
    return (
        name,
        str(len(found)),
        str(sum(one.refused for one in found) - len(faults)),
        str(tracebacks),
        str(hangs),
        str(len(faults) - tracebacks - hangs),
    )
