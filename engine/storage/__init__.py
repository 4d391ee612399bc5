"""Stores what must outlive the process: one schema on SQLite or PostgreSQL, group commits."""
