"""Holds the pages, one a file."""
