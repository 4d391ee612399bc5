"""Finds the database in a file or on a server: migrates it, backs it up, restores it."""
