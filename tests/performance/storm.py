"""Ten minutes of random faults over 50 bots: what was lost, repeated or left behind."""

import asyncio
import tempfile
from pathlib import Path

from tests.faults.storm import weather
from tests.performance.table import Table

NAME = "storm"
BOTS = 50
PEOPLE = 100
GROUPS = 20
RATE = 450  # messages a minute, over all people
SECONDS = 600.0


def run() -> Table:
    with tempfile.TemporaryDirectory() as directory:
        after = asyncio.run(
            weather(
                Path(directory),
                bots=BOTS,
                people=PEOPLE,
                groups=GROUPS,
                rate=RATE,
                seconds=SECONDS,
                seed=0,
            )
        )
    found = after.balance
    faults = ", ".join(f"{count} {name}" for name, count in sorted(after.faults.items()))
    struck = ", ".join(f"{count} {name}" for name, count in sorted(after.struck.items()))
    return Table(
        f"{BOTS} bots in a storm of {SECONDS / 60:.0f} minutes",
        ("", "count"),
        (
            ("messages answered", f"{found.answered:,}"),
            *((f"left: {reason}", f"{count:,}") for reason, count in sorted(found.left.items())),
            ("lost", str(len(found.lost))),
            ("answered twice", str(len(found.duplicated))),
            ("ledger and database differ", str(len(found.differences))),
            ("bots left behind", str(len(after.left_behind))),
            ("unsound files", str(len(after.unsound))),
        ),
        f"{PEOPLE} people write {RATE} messages a minute. Faults: {faults.replace('_', ' ')}; "
        f"calls struck: {struck.replace('_', ' ')}. The last answer came "
        f"{after.settled_after:.0f} s after the last fault.",
    )
