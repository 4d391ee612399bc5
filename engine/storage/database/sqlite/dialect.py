"""SQL for sqlite3: SQLAlchemy's dialect, with parameters by place."""

from sqlalchemy.dialects import sqlite

DIALECT = sqlite.dialect(paramstyle="qmark")
