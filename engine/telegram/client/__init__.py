"""Holds one account's connection and the requests sent over it."""
