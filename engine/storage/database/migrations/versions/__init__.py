"""Holds the revisions, one module each."""
