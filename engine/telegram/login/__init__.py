"""Adds accounts and logs them in."""
