"""A migrated database for each test."""

from tests.support.databases import clock, database, directory, template, troubles

__all__ = ["clock", "database", "directory", "template", "troubles"]
