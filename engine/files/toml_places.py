"""Finds the line of a TOML file in which something stands; tomllib keeps none of them."""

import re
from itertools import islice
from typing import Final

from engine.files.validation import Place, Problem
from engine.language import _, ngettext

_MOST_PROBLEMS: Final = 10  # that are told of one file

# Of the deepest key; tomllib takes memory by the square of it.
_TOO_DEEP: Final = re.compile(r"""(?<![\w"'-])(?:[\w"'-]++\s*+\.\s*+){32}""")


def is_too_deep(text: str) -> bool:
    """Whether some key has more parts than anybody writes."""
    return _TOO_DEEP.search(text) is not None


def sentences(file: object, text: str, problems: "list[Problem]") -> str:
    """What is wrong with `file`, whose text is `text`, a line for each problem."""
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
    """Where in `text` `place` is, as near as its keys can be found; 1 for the first line."""
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
