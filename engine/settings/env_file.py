"""Reads `gavatcore.env`: lines NAME=value as python-dotenv parses them.

It supports quotes, `export`, comments, values over several lines and ${NAME}.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.files.small_files import read_text
from engine.language import _


@dataclass(frozen=True, slots=True)
class EnvFile:
    """The values in the file by name, and a sentence for each invalid line.

    The sentences hold no word of the line, which may be a secret.
    """

    values: Mapping[str, str]
    remarks: tuple[str, ...] = ()


def read_env_file(file: Path) -> EnvFile:
    """Read the file, or return nothing if there is none; raises SmallFileError if unreadable."""
    try:
        text = read_text(file)
    except FileNotFoundError:
        return EnvFile({})
    # Imported only if such a file exists: 15 ms.
    from dotenv.main import resolve_variables  # noqa: PLC0415
    from dotenv.parser import parse_stream  # noqa: PLC0415

    lines = list(parse_stream(io.StringIO(text)))
    remarks = tuple(
        _("{file}, line {line}: this is ignored, since it is not NAME=value.").format(
            file=file, line=line.original.line
        )
        for line in lines
        if line.error or (line.key is not None and line.value is None)
    )
    pairs = ((line.key, line.value) for line in lines if line.key is not None)
    resolved = resolve_variables(pairs, override=True)
    return EnvFile({name: value for name, value in resolved.items() if value}, remarks)
