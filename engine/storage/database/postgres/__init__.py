"""Implements PostgreSQL: its pool and its troubles."""
