"""The INSERT of a dialect, which can say what happens to a row that is there already."""

import importlib
from typing import Any

from sqlalchemy import Table


def insert_into(table: Table, dialect: str) -> Any:
    """Return an INSERT with `on_conflict_…`; the two dialects' own share no type that has these.

    Only the dialect in use is imported: PostgreSQL's weighs 4 MB.
    """
    return importlib.import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
