"""Compiles SQL for sqlite3: SQLAlchemy's dialect with positional parameters."""

from sqlalchemy.dialects import sqlite

DIALECT = sqlite.dialect(paramstyle="qmark")
