"""Lists the errors of Python's sqlite3 on a SQLite file, damaged ones included."""

import sqlite3
from typing import Final, TypeAlias

FileError: TypeAlias = sqlite3.Error | UnicodeDecodeError

FILE_ERRORS: Final = (sqlite3.Error, UnicodeDecodeError)
"""The second where SQLite's own message repeats bytes of a damaged file that are no text."""
