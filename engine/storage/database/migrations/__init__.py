"""Holds the schema's history, step by step, up and down; Alembic reads this folder."""
