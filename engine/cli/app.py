"""The commands of `gavatcore` that need no window."""

import io
import sys
from collections.abc import Sequence

import typer

from engine.cli.command_tree import Root
from engine.cli.usage import usage_sentence
from engine.errors import GavatcoreError
from engine.telemetry.redaction import redact

app = typer.Typer(
    name="gavatcore",
    cls=Root,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def commands() -> None:
    """Run Telegram bots; without a command, the desktop opens."""


def main(arguments: Sequence[str]) -> int:
    """Run a command; the exit status. What a person got wrong is one sentence on stderr."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal may know few letters
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        status = app(list(arguments), standalone_mode=False, prog_name="gavatcore")
    except typer.TyperException as error:
        return _fail(usage_sentence(error), 2)
    except GavatcoreError as error:
        return _fail(str(error), 2)
    except OSError as error:
        return _fail(f"{error.strerror or error}: {error.filename}", 2)
    except (KeyboardInterrupt, typer.Abort):  # Ctrl-C, or Ctrl-D at a question
        return 130
    return status if isinstance(status, int) else 0


def _fail(sentence: str, status: int) -> int:
    print(f"gavatcore: {redact(sentence)}", file=sys.stderr)  # noqa: T201 - this is the terminal
    return status
