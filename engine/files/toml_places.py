"""Finds the line of an entry in a TOML file, which tomllib does not report."""

import re
from itertools import islice
from typing import Final

from engine.files.validation import Place, Problem
from engine.language import _, ngettext

_MOST_PROBLEMS: Final = 10  # reported for one file

# parts of the deepest key; tomllib's memory grows with its square
_TOO_DEEP: Final = re.compile(r"""(?<![\w"'-])(?:[\w"'-]++\s*+\.\s*+){32}""")


def is_too_deep(text: str) -> bool:
    """Return True if some key has more parts than anybody would write."""
    return _TOO_DEEP.search(text) is not None


def sentences(file: object, text: str, problems: "list[Problem]") -> str:
    """Return the mistakes in `file`, whose text is `text`, one a line."""
    told = [
        _("{file}, line {line}: {field} {what}.").format(
            file=file,
            line=line_of(text, problem.place[:-1] if problem.is_missing else problem.place),
            field=problem.field,
            what=problem.what,
        )
        for problem in islice(problems, _MOST_PROBLEMS)
    ]
    if more := len(problems) - len(told):
        told.append(
            ngettext("… and {n} more mistake.", "… and {n} more mistakes.", more).format(n=more)
        )
    return "\n".join(told)


def line_of(text: str, place: Place) -> int:
    """Return the line of `place` in `text`, as near as its keys can be found; the first is 1."""
    line, lines = 0, text.splitlines()
    for index, step in enumerate(place):
        if isinstance(step, int):
            continue
        count = place[index + 1] if index + 1 < len(place) else 0
        again = count if isinstance(count, int) else 0
        path = re.escape(".".join(str(one) for one in place[: index + 1] if isinstance(one, str)))
        header = re.compile(rf"\s*\[\[?\s*{path}\s*(?:\]|\.)")
        key = re.compile(rf"\s*\"?{re.escape(step)}\"?\s*[=.]")
        for number in range(line, len(lines)):
            if header.match(lines[number]) or key.match(lines[number]):
                line = number
                is_table = lines[number].lstrip().startswith("[[")
                if not (is_table and again):
                    break
                again -= 1
    return line + 1
