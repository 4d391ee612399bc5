"""Lists the commands for help texts."""

import shutil
import textwrap
from collections.abc import Iterator

from engine.commands.table import first_words
from engine.language import _


def command_list() -> str:
    """Return what may follow `gavatcore`, one a line with its sentence."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    width = min(shutil.get_terminal_size().columns, 100)
    words = dict(first_words())
    longest = max(map(len, words))
    for word, sentence in words.items():
        yield textwrap.fill(
            _(sentence),
            max(width, longest + 24),
            initial_indent=f"  {word:{longest}}  ",
            subsequent_indent=" " * (longest + 4),
        )
