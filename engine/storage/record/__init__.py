"""Keeps the record of what a restore must not undo, beside the database."""
