"""Brings accounts in and logs them in."""
