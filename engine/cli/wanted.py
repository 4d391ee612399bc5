"""Describes a run without a window, also as text for another process."""

from dataclasses import dataclass, field
from pathlib import Path

import msgspec


@dataclass(frozen=True, slots=True)
class Headless:
    """The options given on the command line."""

    data_directory: Path | None = None
    demo_bots: int | None = None  # None: no demo
    exit_after: float | None = None  # s; None: until a signal
    report: Path | None = None
    overrides: dict[str, object] = field(default_factory=dict)  # settings by variable

    def text(self) -> str:
        """Return it as JSON; raises UnicodeEncodeError for a path that is no Unicode."""
        return msgspec.json.encode(self, enc_hook=str).decode()

    @classmethod
    def of(cls, text: str) -> "Headless":
        """Return the options in `text`; raises msgspec.MsgspecError for anything else."""
        given = msgspec.json.decode(text, type=_Text)
        directory, report = given.data_directory, given.report
        return cls(
            data_directory=None if directory is None else Path(directory),
            demo_bots=given.demo_bots,
            exit_after=given.exit_after,
            report=None if report is None else Path(report),
            overrides=given.overrides,
        )


class _Text(msgspec.Struct):
    data_directory: str | None
    demo_bots: int | None
    exit_after: float | None
    report: str | None
    overrides: dict[str, object]
