"""Parses the desktop's command line.

It uses argparse rather than the commands' typer, which would delay the tray by 40 ms.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from engine.commands.listing import command_list
from engine.commands.table import first_words
from engine.errors import SettingsError
from engine.files.paths import require_folder_of, require_named
from engine.language import _


@dataclass(frozen=True, slots=True)
class Options:
    """The options of one start of the desktop."""

    demo: bool = False
    bots: int = 20
    hidden: bool = False
    theme: str = "system"
    data_dir: Path | None = None
    exit_after: float | None = None  # s
    screenshot: Path | None = None
    report: Path | None = None


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise SettingsError(f"{message[0].upper()}{message[1:]}.")


class _Version(argparse.Action):
    """Looks the version up on demand, as that takes 20 ms."""

    def __init__(self, option_strings: Sequence[str], **rest: Any) -> None:
        super().__init__(option_strings, argparse.SUPPRESS, nargs=0, help=rest["help"])

    def __call__(self, parser: argparse.ArgumentParser, *_parsed: object) -> NoReturn:
        from importlib.metadata import version  # noqa: PLC0415 - as said above

        sys.stdout.write(f"gavatcore {version('gavatcore')}\n")
        parser.exit()


def parse_options(arguments: Sequence[str]) -> Options:
    """Parse the command line; raises SettingsError with a sentence, SystemExit after --help."""
    parser = _Parser(
        prog="gavatcore",
        usage=_("gavatcore [options], or gavatcore COMMAND"),
        description=_("A control room for Telegram bots. Without a command, its window opens."),
        epilog="\n".join(
            (
                _("commands, each with a --help of its own:"),
                command_list(),
                "",
                _("--install-completion has your shell complete commands and their options."),
            )
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, help=_("say which version this is"))
    parser.add_argument(
        "--demo", action="store_true", help=_("run bots on a local Telegram, with people who write")
    )
    parser.add_argument(
        "--bots", type=_bots, metavar="N", help=_("bots in the demo; 20 unless given")
    )
    parser.add_argument("--hidden", action="store_true", help=_("stay in the tray at the start"))
    parser.add_argument(
        "--theme",
        choices=("system", "light", "dark"),
        default="system",
        help=_("colours; the system's unless said otherwise"),
    )
    parser.add_argument(
        "--data-dir", type=Path, metavar="DIR", help=_("where to keep sessions and logs")
    )
    parser.add_argument(
        "--exit-after", type=_seconds, metavar="SECONDS", help=_("quit after so long")
    )
    parser.add_argument(
        "--screenshot", type=Path, metavar="FILE.png", help=_("save the window before quitting")
    )
    parser.add_argument(
        "--report", type=Path, metavar="FILE.json", help=_("save a report of the run")
    )
    require_named(arguments)
    _known, rest = parser.parse_known_args(arguments)
    if command := next((word for word, _sentence in first_words() if word in rest), None):
        raise SettingsError(
            _("The command comes first, its options behind it: gavatcore {command} …").format(
                command=command
            )
        )
    given = vars(parser.parse_args(arguments))
    if given["bots"] is None:
        del given["bots"]
    elif not given["demo"]:
        raise SettingsError(_("--bots says how many bots a demo has: add --demo or leave it out."))
    options = Options(**given)
    for file in (options.screenshot, options.report):
        if file is not None:
            require_folder_of(file)
    return options


def _bots(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= 500):
        raise argparse.ArgumentTypeError(_("must be a number from 1 to 500"))
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise argparse.ArgumentTypeError(_("must be a number of seconds"))
    return seconds
