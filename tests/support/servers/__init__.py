"""Servers that tests start, and callers of them."""
