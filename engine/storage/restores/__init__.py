"""Protects what a restore must not undo: marks a database, and repeats what an older one lost."""
