"""Sentences for the window."""
