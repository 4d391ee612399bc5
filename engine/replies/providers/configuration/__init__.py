"""Configures providers: their file, keys and parameters."""
