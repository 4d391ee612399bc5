"""Assembles the commands of `gavatcore` that need no window."""

from collections.abc import Sequence

import typer

from engine.cli.command_tree import Root
from engine.cli.usage import usage_sentence
from engine.files.paths import require_named
from engine.telemetry.last_words import output_lost, say, say_last_words
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
    """Run a command; return the exit status. A person's mistake is one sentence on stderr."""
    try:
        require_named(arguments)
        status = app(list(arguments), standalone_mode=False, prog_name="gavatcore")
    except typer.TyperException as error:
        return _fail(usage_sentence(error), 2)
    except BrokenPipeError as error:
        return output_lost(error)
    except (KeyboardInterrupt, typer.Abort):  # Ctrl-C, or Ctrl-D at a question
        return 130
    except Exception as error:  # noqa: BLE001 - said in a sentence, whatever it is
        say_last_words(error)
        return 2
    return status if isinstance(status, int) else 0


def _fail(sentence: str, status: int) -> int:
    say(redact(sentence))
    return status
