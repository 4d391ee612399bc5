"""Keeps the list of accounts and their sealed tokens; holds no connection."""
