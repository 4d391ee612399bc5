"""Assigns waiting calls to providers."""
