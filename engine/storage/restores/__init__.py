"""Protects what a restore must not undo: the mark of a database, and the record beside it."""
