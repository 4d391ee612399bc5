"""The two databases: backends, writer, statements, migration, backups."""
