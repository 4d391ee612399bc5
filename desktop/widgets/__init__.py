"""Holds the parts of which pages are made."""
