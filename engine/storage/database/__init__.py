"""Implements the two databases: backends, writer, statements, migration, backups."""
