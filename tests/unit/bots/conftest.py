"""A migrated database for each test, as the storage's own tests have it."""

from tests.unit.storage.conftest import clock, database, directory, template, troubles

__all__ = ["clock", "database", "directory", "template", "troubles"]
