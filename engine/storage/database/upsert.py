"""Builds a dialect's INSERT with a rule for existing rows."""

import importlib
from typing import Any

from sqlalchemy import Table


def insert_into(table: Table, dialect: str) -> Any:
    """Return an INSERT with `on_conflict_…`; the two dialects share no type that has it.

    Only the dialect in use is imported: PostgreSQL's takes 4 MB.
    """
    return importlib.import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
