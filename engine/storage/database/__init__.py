"""Implements the database: writer, statements, schema, migration, and its two backends."""
