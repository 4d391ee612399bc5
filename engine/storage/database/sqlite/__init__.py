"""Implements SQLite: its file, its connection, its troubles."""
